"""Pure. How a command ends: exit codes with a meaning, and the one table from what went wrong to its code.

The sentences come from the rooms; this module only decides the number. Knows nothing of what the commands do.
"""

import errno
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    BREACH = 1  # a breach was found, and --exit-code was given
    USAGE = 2  # usage or settings: the sentence says what to mend
    EVIDENCE = 3  # not enough evidence
    UNREACHABLE = 4  # a service cannot be reached


class CommandError(Exception):
    """A command cannot go on. The text is one sentence with the mend; `code` is the exit code."""

    def __init__(self, sentence: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(sentence)
        self.code = code


# What a person can mend, by the class that says so. By name, so that no command loads a room it does not use.
_CODES = {
    "analysis.bundle.make_redacted.RedactionError": Exit.USAGE,
    "analysis.case.case_file.CaseError": Exit.USAGE,
    "analysis.case.diary.DiaryError": Exit.USAGE,
    "analysis.case.papers.PaperError": Exit.USAGE,
    "analysis.contract_file.ContractError": Exit.USAGE,
    "analysis.dossier.pdf.DossierError": Exit.USAGE,
    "analysis.extract.disclosure.attack.TablesError": Exit.USAGE,
    "analysis.extract.raking.MarginError": Exit.USAGE,
    "analysis.extract.report.package.PackageError": Exit.USAGE,
    "dashboards.report.paper.PaperError": Exit.USAGE,
    "analysis.extract.indicator.publish.ComparisonError": Exit.USAGE,
    "analysis.extract.release.ReleaseError": Exit.USAGE,
    "analysis.fleet.topology_table.TopologyError": Exit.USAGE,
    "analysis.dossier.sign.SignError": Exit.USAGE,
    "analysis.dossier.signed.NotSignedError": Exit.USAGE,
    "analysis.importer.told.UnreadableError": Exit.USAGE,
    "analysis.incident.register.IncidentError": Exit.USAGE,
    "analysis.profile.ProfileError": Exit.USAGE,
    "analysis.summary.page.extract.SummaryError": Exit.USAGE,
    "collector.audit_log.book.AuditLogError": Exit.USAGE,
    "collector.broker.BrokerError": Exit.USAGE,
    "collector.enrolment.EnrolmentError": Exit.USAGE,
    "collector.imported.shelf.ShelfError": Exit.USAGE,
    "collector.journal.JournalError": Exit.USAGE,
    "collector.lake.place.LakeUnreachableError": Exit.UNREACHABLE,
    "collector.lake.seal.SealError": Exit.USAGE,
    "collector.operation.copies.CopyError": Exit.USAGE,
    "collector.operation.ledger.LedgerError": Exit.EVIDENCE,
    "collector.projection.influx.DatabaseRefusalError": Exit.USAGE,
    "collector.projection.metrics.MetricsError": Exit.USAGE,
    "collector.retention.hold_file.HoldError": Exit.USAGE,
    "collector.settings.SettingsError": Exit.USAGE,
    "collector.store.StoreError": Exit.USAGE,
    "dashboards.grafana.deliver.push.GrafanaError": Exit.USAGE,
    "dashboards.grafana.deliver.push.GrafanaUnreachableError": Exit.UNREACHABLE,
    "dashboards.api.app.ServeError": Exit.USAGE,
    "dashboards.hook.hook.HookError": Exit.USAGE,
    "dashboards.hook.outbox.OutboxError": Exit.USAGE,
    "dashboards.api.token_file.TokenError": Exit.USAGE,
    "dashboards.web.app.PageError": Exit.USAGE,
    "prova.page.entrance.EntranceError": Exit.USAGE,
    "probe.calibration.exercise.CalibrationError": Exit.UNREACHABLE,
    "probe.key.KeyFileError": Exit.USAGE,
    "probe.settings.SettingsError": Exit.USAGE,
    "probe.spool.SpoolError": Exit.USAGE,
    "probe.throughput.listen.ServerError": Exit.USAGE,
    "probe.throughput.mlab.client.MlabError": Exit.USAGE,
    "probe.throughput.mlab.ledger.LedgerError": Exit.USAGE,
    "prova.notify.settings.NotifyError": Exit.USAGE,
}


# A disk that gives way under a command, wherever it does: what a person can mend, by the kernel's number.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def mendable(error: BaseException) -> tuple[str, Exit] | None:
    """(sentence for people, exit code) of an error that a person can mend; None for a bug, which keeps its traceback.

    >>> mendable(CommandError("No such line.", Exit.EVIDENCE))
    ('No such line.', <Exit.EVIDENCE: 3>)
    >>> mendable(KeyError("x")) is None
    True
    """
    if isinstance(error, CommandError):
        return str(error), error.code
    if isinstance(error, OSError) and error.errno in _DISK:
        file = error.filename or "A file below the home folder"  # a write names none
        sentence = f"{file} cannot be written: {error.strerror}. Make room there or name another --home DIR."
        return sentence, Exit.USAGE
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next(((str(error), _CODES[name]) for name in names if name in _CODES), None)
