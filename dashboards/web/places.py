"""Pure. Every page that there is, in the order of its link. A new page is one line here."""

from dashboards.web.page.case import view as case
from dashboards.web.page.day import view as day
from dashboards.web.page.month import view as month
from dashboards.web.page.now import view as now
from dashboards.web.page.outages import view as outages
from dashboards.web.page.readiness import view as readiness
from dashboards.web.page.test import view as test
from dashboards.web.page.tests import view as tests
from dashboards.web.place import Place

PLACES = (
    Place(now.WHERE, now.answer),
    Place(day.WHERE, day.answer),
    Place(month.WHERE, month.answer),
    Place(outages.WHERE, outages.answer),
    Place(tests.WHERE, tests.answer),
    Place(test.WHERE, test.answer),
    Place(readiness.WHERE, readiness.answer),
    Place(case.WHERE, case.answer),
)
