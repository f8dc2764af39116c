"""Where a story happens: title, lead, byline, source and breadcrumb in, province, city, county and GB/T 2260 code out.

Pure text in, a frozen `Place` out; a level that the text does not make clear is None.
"""

from cqnspider.regions.find import find_places
from cqnspider.regions.gazetteer import Place
from cqnspider.regions.locate import locate

__all__ = ["Place", "find_places", "locate"]
