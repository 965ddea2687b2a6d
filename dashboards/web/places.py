"""Pure. Every page that there is, in the order of its link. A new page is one line here."""

from dashboards.web.page.day import view as day
from dashboards.web.page.now import view as now
from dashboards.web.place import Place

PLACES = (
    Place(now.WHERE, now.answer),
    Place(day.WHERE, day.answer),
)
