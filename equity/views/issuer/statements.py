"""The annual statements that were given to an issuer's holders."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from compliance.web import clock
from documents.models import Document
from equity.models import AnnualStatement
from equity.papers.statement import STATEMENT
from equity.selectors.statements import papers_by_statement, statements_of
from equity.views.issuer.common import Acting, issuer_page, show
from equity.views.issuer.papers import pdf_of

_A_PAGE = 50


@issuer_page(reads="holders")
def statements(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The statements of one year, the last one unless the address asks for another."""
    every = statements_of(acting.issuer)
    years = list(every.order_by("-year").values("year").annotate(holders=Count("pk")))
    asked = request.GET.get("year", "")
    known = {str(row["year"]): row["year"] for row in years}
    year = known.get(asked, years[0]["year"] if years else None)
    page = Paginator(every if year is None else every.filter(year=year), _A_PAGE).get_page(
        request.GET.get("page")
    )
    papers = papers_by_statement(list(page.object_list))
    context = {
        "years": years,
        "year": year,
        "page": page,
        "rows": [(row, papers.get(row.pk, [])) for row in page.object_list],
        "query": f"year={year}",
    }
    return show(request, "statements.html", acting, context)


@issuer_page(reads="holders")
def document(request: HttpRequest, acting: Acting, document_id: UUID) -> HttpResponse:
    """The statement of one of the issuer's holders, as PDF; any other does not exist."""
    mine = AnnualStatement.objects.filter(issuer=acting.issuer).values("pk")
    rows = Document.objects.filter(subject_type=STATEMENT, subject_id__in=mine)
    paper: Document = get_object_or_404(rows, pk=document_id)
    return pdf_of(paper, at=clock.now())
