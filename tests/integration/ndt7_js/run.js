// One run of M-Lab's official client: NODE_MODULES HOST:PORT ws|wss. What it found goes to stdout as JSON.
'use strict';

const {createRequire} = require('module');
const path = require('path');
const [modules, server, protocol] = process.argv.slice(2);
const requireThere = createRequire(path.resolve(modules, 'any.js'));
const inSource = (name) => path.join(path.dirname(requireThere.resolve('@m-lab/ndt7')), name);
const worker = requireThere('web-worker');
globalThis.Worker = worker.default || worker;
const ndt7 = requireThere('@m-lab/ndt7');

const found = {errors: [], means: {download: [], upload: []}}; // of means: [seconds, bytes] at the receiver
const config = {
  server,
  protocol,
  mlabDataPolicyInapplicable: true,
  downloadworkerfile: inSource('ndt7-download-worker.js'),
  uploadworkerfile: inSource('ndt7-upload-worker.js'),
  // The client passes its metadata on to the server as it stands: so a test asks for ndt7's early exit.
  metadata: {client_name: 'prova-test', client_version: '1', ...JSON.parse(process.env.METADATA || '{}')},
};
const callbacks = {
  error: (error) => found.errors.push(String(error)),
  downloadMeasurement: ({Source, Data}) => {
    if (Source === 'client') found.means.download.push([Data.ElapsedTime, Data.NumBytes]);
  },
  uploadMeasurement: ({Source, Data}) => {
    if (Source === 'server') found.means.upload.push([Data.TCPInfo.ElapsedTime / 1e6, Data.TCPInfo.BytesReceived]);
  },
  downloadComplete: (said) => (found.download = said),
  uploadComplete: (said) => (found.upload = said),
};

ndt7.test(config, callbacks).then((code) => {
  process.stdout.write(JSON.stringify({code, ...found}) + '\n', () => process.exit(0));
});
