"""What a person reads at the end of a crawl. In: the record of a run. Out: some lines; the reasons of a bad verdict come last."""

from __future__ import annotations

from typing import Any, Final

from cqnspider.arguments import requeue_arguments
from cqnspider.extensions.verdict import BROKE

_NOTED: Final = {
    "not_modified": "not modified since they were read",
    "gone": "stored articles are gone from the site",
    "still_gone": "listed articles are still gone",
    "given_up": "listed articles were never there and are not asked for any more",
    "need_fetch": "failed pages can only be tried with scrapy requeue --fetch",
}


def summary(run: dict[str, Any], database: str) -> str:
    """What a person reads at the end of a crawl; reasons of a bad verdict come last."""
    counts = run["counts"]
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    kept = run["spider"] == "requeue" and not requeue_arguments(run["arguments"])
    source = "kept pages" if kept else f"replay of {run['replay']}" if run["replay"] else "www.cqn.com.cn"
    pages = f"{counts['list_pages']} list pages, {counts['article_pages']} article pages"
    written = f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} read again unchanged"
    lines = [
        f"cqnspider {run['spider']}: {source}, {seconds:.1f} s, {counts['requests']} requests: {pages}",
        f"articles: {written}, {counts['already_stored']} already stored and not read again, {counts['failures']} failures",
        f"metrics: {counts['metrics']} in the articles read"
        + (f"; duplicates of other articles: {counts['duplicates']}" if "duplicates" in counts else ""),
    ]
    noted = [f"{counts[name]} {what}" for name, what in _NOTED.items() if counts.get(name)]
    if noted:
        lines.append("also: " + ", ".join(noted))
    if counts.get("dead_letters"):
        lines.append(f"dead letters: {counts['dead_letters']}; scrapy requeue tries them again")
    if not any((counts["article_pages"], counts["sections_added"], run["failures"], run["error"])):
        lines.append("nothing to try again" if kept else "nothing new: no article was fetched, none written")
    for each in run["sections"] if not run["error"] else ():
        problem = f" – {each['problem']}" if each["problem"] else ""
        lines.append(f"  {each['name']}: {each['listed']} articles listed, list pages read: {each['pages']}{problem}")
    if run["disagreements"]:
        lines.append(
            "rules that disagree: " + ", ".join(f"{name} {count}×" for name, count in run["disagreements"].items())
        )
    lines.append(f"database: {database}; run {run['_id']}")
    if run["exit_code"]:
        what = "the crawl broke" if run["exit_code"] == BROKE else "the data look wrong"
        lines.append(f"verdict: {what} (exit code {run['exit_code']})")
        lines.extend(f"  {reason}" for reason in run["reasons"])
    else:
        lines.append("verdict: good (exit code 0)")
    return "\n".join(lines)
