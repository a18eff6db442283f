// Looks at the open page the way a careful reader would; gives a list of complaints.
() => {
  const complaints = [];
  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = rgb(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });

  // Contrast of text on the page (WCAG AA: 4.5, large text 3); SVG text by its fill.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const done = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || done.has(element) || !shown(element) || element.closest("script, style, .hidden")) continue;
    done.add(element);
    const style = getComputedStyle(element), svg = element instanceof SVGElement;
    let behind = ground(svg ? element.closest("svg").parentElement : element);
    if (element.classList.contains("flag-text")) behind = rgb(getComputedStyle(element.parentElement.querySelector(".flag")).fill);
    else if (svg && element.closest(".stop")) behind = rgb(getComputedStyle(element.closest(".stop").querySelector(".card")).fill);
    else if (svg && element.classList.contains("stage")) behind = rgb(getComputedStyle(element.parentElement.querySelector(".lane")).fill);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(rgb(svg ? style.fill : style.color), behind);
    if (found < (large ? 3 : 4.5)) complaints.push(`contrast ${found.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }

  // Everything that can be reached or read has a name.
  for (const element of document.querySelectorAll("a, button, summary, nav, [role=img], [role=region], [role=group], [tabindex='0']")) {
    const name = element.getAttribute("aria-label") || element.getAttribute("aria-labelledby") || element.textContent.trim();
    if (!name) complaints.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  for (const svg of document.querySelectorAll("svg:not(.mark)")) {
    if (!svg.getAttribute("role") || !svg.getAttribute("aria-label")) complaints.push(`silent picture: ${svg.outerHTML.slice(0, 80)}`);
  }
  // One main, one h1, a language, landmarks, heads that belong to their section.
  if (document.querySelectorAll("main").length !== 1) complaints.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) complaints.push("not one h1");
  if (!document.documentElement.lang) complaints.push("no language");
  for (const table of document.querySelectorAll("table")) {
    if (!table.caption) complaints.push("a table without a caption");
    for (const row of table.tBodies[0].rows) if (row.cells[0].getAttribute("scope") !== "row") complaints.push("a row without a head");
  }
  // Small targets: links and buttons of the page's own furniture are at least 24 px high.
  for (const element of document.querySelectorAll("nav a, summary")) {
    if (shown(element) && element.getBoundingClientRect().height < 24) complaints.push(`small: ${element.textContent.trim()}`);
  }
  return complaints;
}
