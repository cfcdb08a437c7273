// The part of page_checks.py that runs in the page: each check returns a list of faults in words.

const HOOK = /^data-(?!styled|react)/;
const BLANKS = /\s+/g;

const inside = (el, selector) => el.closest(selector) !== null;

// What speaks to screen readers alone is a clipped pixel.
const clippedAway = (el) => {
  const box = el.getBoundingClientRect();
  const style = getComputedStyle(el);
  const tiny = box.width <= 1.5 && box.height <= 1.5;
  return tiny && (style.overflow === "hidden" || style.clip !== "auto" || style.clipPath !== "none");
};

const ancestors = (el) => {
  const found = [];
  for (let at = el.parentElement; at && at !== document.body; at = at.parentElement) {
    found.push(at);
  }
  return found;
};

const visible = (el) =>
  !inside(el, '[aria-hidden="true"], [inert]') &&
  el.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  ![el, ...ancestors(el)].some(clippedAway);

const clips = (value) => value === "hidden" || value === "clip";
const scrolls = (value) => value === "auto" || value === "scroll";

// A name by which a person finds the element.
const name = (el) => {
  const said = el.getAttribute("aria-label") ?? el.textContent ?? "";
  const hook = [...el.attributes].find((each) => HOOK.test(each.name));
  const where = `${el.id ? `#${el.id}` : ""}${hook ? `[${hook.name}=${hook.value}]` : ""}`;
  return `<${el.tagName.toLowerCase()}${where}> "${said.trim().replace(BLANKS, " ").slice(0, 60)}"`;
};

// With a modal dialog open, only what is in it can be used.
const scope = () => document.querySelector('[aria-modal="true"]') ?? document.body;

const textNodes = () => {
  const found = [];
  const walker = document.createTreeWalker(scope(), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    if (node.data.trim() && el && !inside(el, "script, style, option, title, noscript") && visible(el)) {
      found.push(node);
    }
  }
  return found;
};

const sticksOut = (box, frame) => ({
  sideways: box.left < frame.left - 1 || box.right > frame.right + 1,
  // A line box is taller than its letters: only a loss that reaches the letters counts.
  upright: box.top < frame.top - box.height * 0.2 || box.bottom > frame.bottom + box.height * 0.2,
});

const cutBy = (el, boxes) => {
  const faults = [];
  for (const at of [el, ...ancestors(el)]) {
    const { overflowX, overflowY } = getComputedStyle(at);
    if (scrolls(overflowX) || scrolls(overflowY)) {
      break;
    }
    const losses = boxes.map((box) => sticksOut(box, at.getBoundingClientRect()));
    if (clips(overflowX) && losses.some((loss) => loss.sideways)) {
      faults.push(`${name(el)} is cut at the side by ${name(at)}`);
    }
    if (clips(overflowY) && losses.some((loss) => loss.upright)) {
      faults.push(`${name(el)} is cut above or below by ${name(at)}`);
    }
  }
  return faults;
};

// Where text has to fit: the nearest box around it that is not part of a line itself.
const boxOf = (el) => {
  let at = el;
  while (at !== document.body && getComputedStyle(at).display === "inline") {
    at = at.parentElement;
  }
  return at;
};

const spillsOver = (el, boxes) => {
  const at = boxOf(el);
  const { overflowX } = getComputedStyle(at);
  if (clips(overflowX) && at.scrollWidth > at.clientWidth + 1) {
    return [`${name(at)} needs ${at.scrollWidth} px and has ${at.clientWidth} px`];
  }
  const frame = at.getBoundingClientRect();
  const out = !scrolls(overflowX) && boxes.some((box) => sticksOut(box, frame).sideways);
  return out ? [`${name(el)} is wider than the box it stands in`] : [];
};

const cutText = () => {
  const faults = textNodes().flatMap((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    return [...spillsOver(node.parentElement, boxes), ...cutBy(node.parentElement, boxes)];
  });
  return [...new Set(faults)];
};

const CONTROLS = [
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true]",
  "[role=button], [role=link], [role=tab], [role=option], [role=menuitem], [role=switch]",
  '[role=checkbox], [role=radio], [tabindex]:not([tabindex="-1"])',
].join(",");

// The part of an element that the boxes around it leave to see.
const shown = (el) => {
  let { left, top, right, bottom } = el.getBoundingClientRect();
  for (const at of ancestors(el)) {
    const { overflowX, overflowY } = getComputedStyle(at);
    const frame = at.getBoundingClientRect();
    if (overflowX !== "visible") {
      left = Math.max(left, frame.left);
      right = Math.min(right, frame.right);
    }
    if (overflowY !== "visible") {
      top = Math.max(top, frame.top);
      bottom = Math.min(bottom, frame.bottom);
    }
  }
  return { left, top, right, bottom };
};

// A control within another, or a field and what its label holds, is one target.
const belongTogether = (one, other) =>
  one.contains(other) ||
  other.contains(one) ||
  [...(one.labels ?? [])].some((label) => label.contains(other)) ||
  [...(other.labels ?? [])].some((label) => label.contains(one));

const overlap = () => {
  const found = [...scope().querySelectorAll(CONTROLS)].filter(visible).map((el) => ({ el, box: shown(el) }));
  return found.flatMap((one, place) =>
    found.slice(place + 1).flatMap((other) => {
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (width <= 1 || height <= 1 || belongTogether(one.el, other.el)) {
        return [];
      }
      return [`${name(one.el)} and ${name(other.el)} share ${Math.round(width)} x ${Math.round(height)} px`];
    }),
  );
};

const horizontalScroll = () => {
  const page = document.scrollingElement;
  const sideways = [...scope().querySelectorAll("*")]
    .filter(visible)
    .filter((el) => scrolls(getComputedStyle(el).overflowX) && el.scrollWidth > el.clientWidth + 1)
    .map((el) => `${name(el)} scrolls sideways: ${el.scrollWidth} px in ${el.clientWidth} px`);
  if (page.scrollWidth <= page.clientWidth) {
    return sideways;
  }
  const widest = [...document.body.querySelectorAll("*")]
    .filter((el) => visible(el) && el.getBoundingClientRect().right > page.clientWidth + 1)
    .slice(-3)
    .map(name);
  return [`the page is ${page.scrollWidth} px wide in ${page.clientWidth} px: ${widest.join("; ")}`, ...sideways];
};

// Needs axe-core in the page.
const accessibility = async (tags) => {
  const result = await globalThis.axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    preload: false,
  });
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => {
      const why = node.failureSummary.replace(BLANKS, " ");
      return `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ${why}`;
    }),
  );
};

globalThis.pageChecks = { accessibility, cutText, horizontalScroll, overlap };
