"""An extract's description for catalogues, held against what DCAT-AP 3.0 asks."""

from datetime import date

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from analysis.extract.dictionary import kinds
from analysis.extract.package.dcat import dcat
from analysis.extract.package.file_digest import digest
from analysis.extract.package.origin import Origin
from analysis.extract.reporting_period import ReportingPeriod
from analysis.extract.table import Audience

SPDX = Namespace("http://spdx.org/rdf/terms#")
AT = "https://data.example/q3/"
# The library's own reading of JSON-LD uses what the library itself deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
FILES = {"data/aggregates.csv": b"a,b\n1,2\n", "data/aggregates.parquet": b"PAR1"}
SIZES = {path: digest(content) for path, content in FILES.items()}


def described(*, publisher: str | None = None, licence: str | None = None) -> Graph:
    origin = Origin(
        period=ReportingPeriod("2026-Q3"),
        publisher=publisher,
        licence=licence,
        software="1",
        weighted=False,
        rules=(),
    )
    kind = kinds()["aggregates"]
    told = dcat("prova-2026-q3-public", Audience.PUBLIC, dict.fromkeys(FILES, kind), SIZES, origin)
    return Graph().parse(data=told, format="json-ld", publicID=AT)


def only(graph: Graph, subject: Node, predicate: URIRef) -> Node:
    (found,) = graph.objects(subject, predicate)
    return found


def test_a_dataset_has_the_title_and_the_description_that_are_mandatory_in_both_languages() -> None:
    graph = described()
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    for mandatory in (DCTERMS.title, DCTERMS.description):
        said = list(graph.objects(dataset, mandatory))
        assert {one.language for one in said if isinstance(one, Literal)} == {"pt", "en"}
        assert all(str(one).strip() for one in said)


def test_every_file_is_a_distribution_with_the_address_that_is_mandatory() -> None:
    graph = described()
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    found = list(graph.objects(dataset, DCAT.distribution))
    assert {str(only(graph, one, DCAT.accessURL)) for one in found} == {AT + path for path in FILES}


def test_what_a_distribution_says_has_the_types_that_the_shapes_hold() -> None:
    graph = described(licence="https://licence.example/by")
    for one in graph.subjects(RDF.type, DCAT.Distribution):
        path = str(only(graph, one, DCAT.accessURL)).removeprefix(AT)
        size = only(graph, one, DCAT.byteSize)
        assert size == Literal(len(FILES[path]), datatype=XSD.nonNegativeInteger)
        for address in (DCAT.mediaType, DCTERMS.format, DCTERMS.license, DCTERMS.conformsTo):
            assert isinstance(only(graph, one, address), URIRef)
        checksum = only(graph, one, SPDX.checksum)
        digest = only(graph, checksum, SPDX.checksumValue)
        assert isinstance(digest, Literal)
        assert digest.datatype == XSD.hexBinary
        assert isinstance(only(graph, checksum, SPDX.algorithm), URIRef)


def test_a_period_is_told_with_its_days() -> None:
    graph = described()
    (period,) = graph.subjects(RDF.type, DCTERMS.PeriodOfTime)
    ends = [only(graph, period, which) for which in (DCAT.startDate, DCAT.endDate)]
    assert [one.toPython() for one in ends if isinstance(one, Literal)] == [date(2026, 7, 1), date(2026, 9, 30)]


@pytest.mark.parametrize("publisher", [None, "Authority"])
def test_a_publisher_has_the_name_that_is_mandatory_or_is_not_there(publisher: str | None) -> None:
    graph = described(publisher=publisher)
    names = [str(name) for who in graph.objects(None, DCTERMS.publisher) for name in graph.objects(who, FOAF.name)]
    assert names == ([publisher] if publisher else [])
