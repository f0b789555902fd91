// Elements from plain calls: text goes in as text nodes, never as markup, so that nothing in a record or an attribute can run.

export type Child = Node | string | null | readonly Child[];
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Properties = Readonly<Record<string, Value>>;

/** An element with attributes, listeners (`onclick: event => …`) and children; null, undefined and false leave an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null) continue;
    if (typeof child === 'string' || child instanceof Node) parent.append(child);
    else append(parent, child);
  }
}

/** Puts other children into an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren();
  append(element, children);
}

const paths = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 5 5',
  layers: 'm12 3 9 5-9 5-9-5zm-9 9 9 5 9-5m-18 4 9 5 9-5',
  close: 'M5 5l14 14M19 5 5 19',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v6m0-10v.5',
  up: 'm6 15 6-6 6 6',
  down: 'm6 9 6 6 6-6',
  target: 'M12 2v5m0 10v5M2 12h5m10 0h5M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
  image: 'M12 3v12m-5-5 5 5 5-5M4 20h16',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c1-5 4-6 8-6s7 1 8 6',
  list: 'M4 6h16M4 12h16M4 18h10',
  warning: 'm12 4 9 16H3zm0 6v5m0 2.5v.5',
  back: 'm14 6-6 6 6 6',
} as const;
export type IconName = keyof typeof paths;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A drawn sign beside words; screen readers pass over it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  for (const [key, value] of Object.entries({ class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** A round button that shows a sign and says its name. */
export function signButton(name: IconName, label: string, onclick: (event: Event) => void, properties: Properties = {}): HTMLButtonElement {
  return h('button', { type: 'button', class: 'sign', title: label, 'aria-label': label, onclick, ...properties }, icon(name));
}
