// M-Lab's own client, @m-lab/ndt7, once against HOST:PORT; prints what it measured as one line of JSON.
// usage: node ndt7_official.js FOLDER_OF_MODULES HOST:PORT
const path = require('path');
const [, , modules, server] = process.argv;
const worker = require('module').createRequire(path.join(modules, 'here.js'))('web-worker');
globalThis.Worker = worker.default ?? worker;
const source = path.join(modules, '@m-lab', 'ndt7', 'src');
const ndt7 = require(path.join(source, 'ndt7.js'));
const found = {download: {client: 0, server: 0}, upload: {client: 0, server: 0}, errors: []};

function measured(direction) {
  return (data) => {
    found[direction][data.Source] += 1;
    if (data.Source === 'client') {
      found[direction].clientMbps = data.Data.MeanClientMbps;
    } else {
      const info = data.Data.TCPInfo;
      const bytes = direction === 'download' ? info.BytesAcked : info.BytesReceived;
      found[direction].serverMbps = bytes * 8 / info.ElapsedTime;
    }
  };
}

ndt7.test({
  server,
  protocol: 'ws',
  mlabDataPolicyInapplicable: true,
  downloadworkerfile: path.join(source, 'ndt7-download-worker.js'),
  uploadworkerfile: path.join(source, 'ndt7-upload-worker.js'),
  metadata: {client_name: 'prova-test', client_version: '1'},
}, {
  error: (error) => found.errors.push(String(error)),
  downloadMeasurement: measured('download'),
  uploadMeasurement: measured('upload'),
}).then((code) => {
  console.log(JSON.stringify({...found, code}));
  process.exit(0);
});
