"use strict";
(() => {
  const tip = document.getElementById("tip");
  const show = (mark) => {
    tip.textContent = mark.getAttribute("data-tip");
    tip.hidden = false;
    const at = mark.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
    const over = at.top - own.height - 8;
    tip.style.left = left + "px";
    tip.style.top = (over > 8 ? over : Math.min(at.bottom + 8, innerHeight - own.height - 8)) + "px";
  };
  const hide = () => { tip.hidden = true; };
  const marked = (event) => event.target.closest && event.target.closest("[data-tip]");
  document.addEventListener("pointerover", (event) => { const mark = marked(event); if (mark) show(mark); else hide(); });
  document.addEventListener("focusin", (event) => { const mark = marked(event); if (mark && mark.matches(":focus-visible")) show(mark); else hide(); });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

  for (const map of document.querySelectorAll("svg.map")) {
    const flows = [...map.querySelectorAll(".flow")], under = map.querySelector(".flows"), after = under && under.nextSibling;
    const only = (key) => {
      map.classList.toggle("one", Boolean(key));
      if (under) { if (key) map.append(under); else map.insertBefore(under, after); }
      for (const flow of flows) flow.classList.toggle("on", Boolean(key) && (flow.dataset.from === key || flow.dataset.to === key));
    };
    for (const stop of map.querySelectorAll(".stop")) {
      for (const start of ["pointerenter", "focus"]) stop.addEventListener(start, () => only(stop.dataset.key));
      for (const end of ["pointerleave", "blur"]) stop.addEventListener(end, () => only(""));
    }
  }

  const folded = [...document.querySelectorAll("details.rest")];
  if (matchMedia("screen and (max-width: 640px)").matches) for (const one of folded) one.open = false;
  addEventListener("beforeprint", () => { for (const one of folded) one.open = true; });

  const value = (row, column) => {
    const text = row.cells[column].dataset.sort, number = Number(text.replace("-inf", "-Infinity"));
    return text !== "" && !Number.isNaN(number) ? number : text;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang);
  for (const head of document.querySelectorAll("th[aria-sort] button")) {
    head.addEventListener("click", () => {
      const cell = head.parentElement, table = cell.closest("table"), column = cell.cellIndex;
      const numeric = cell.classList.contains("numeric"), now = cell.getAttribute("aria-sort");
      const order = now === "none" ? (numeric ? "descending" : "ascending") : now === "ascending" ? "descending" : "ascending";
      for (const other of cell.parentElement.cells) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", order);
      const body = table.tBodies[0], sign = order === "ascending" ? 1 : -1;
      body.append(...[...body.rows].sort((a, b) => sign * compare(value(a, column), value(b, column))));
    });
  }
})();
