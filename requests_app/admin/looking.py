"""Pages for looking: rows that only the verbs may change, in tables too large to count or to sort at will."""

from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

# Who looks for something older searches or filters; nobody turns more pages than that.
FARTHEST = 5000
# PostgreSQL's bigint.
LARGEST = 2**63 - 1


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no farther than it turns."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:FARTHEST].count()


class OnlyLooking(admin.ModelAdmin):  # type: ignore[type-arg]
    """Newest first, found by number, changed by nobody here: what may be done to a row, the desk's verbs do."""

    paginator = BoundedPaginator
    list_per_page = 50
    ordering = ("-pk",)
    # An index for each column would be the price of sorting.
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Without fields to search Django draws no search box; `found` says what is searched.
    search_fields = ("pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything, but what is left out on purpose."""
        return [field.name for field in self.opts.concrete_fields if field.name not in (self.exclude or ())]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_readonly_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.replace("\0", "").strip()
        return (self.found(queryset, words) if words else queryset), False

    def found(self, rows: Any, words: str) -> Any:
        """By their own number."""
        number = number_in(words)
        return rows.none() if number is None else rows.filter(pk=number)


class InlineLooking(admin.TabularInline):  # type: ignore[type-arg]
    """Rows below the one they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def number_in(words: str) -> int | None:
    """`1047`, as people type a request's number; nothing else is one."""
    number = int(words) if words.isascii() and words.isdecimal() and len(words) < 20 else LARGEST + 1
    return number if number <= LARGEST else None
