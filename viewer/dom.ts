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

/** A title whose last words in brackets stand back: « Parcs (démonstration) ». */
export function titleParts(title: string): Child {
  const [, name, aside] = /^(.+?)( \([^()]+\))$/.exec(title) ?? [];
  return name === undefined || aside === undefined ? title : [name, h('span', { class: 'aside' }, aside)];
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
  map: 'M9 4 3 6.5v13L9 17l6 3 6-2.5V4.5L15 7zm0 0v13m6-10v13',
  ruler: 'M3 15 15 3l6 6L9 21zm4-4 2 2m1-5 3 3m0-6 2 2',
  share:
    'M18 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM18 16a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8.2 10.8 15.7 6.7m-7.5 6.5 7.5 4.2',
  print: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1m2 3.5a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1',
  plug: 'M9 3v5m6-5v5M6 8h12v3a6 6 0 0 1-12 0zm6 9v4',
  grip: 'M9 5v.01M15 5v.01M9 12v.01M15 12v.01M9 19v.01M15 19v.01',
  question: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.3 9.2c.3-1.5 1.4-2.2 2.8-2.2 1.5 0 2.6.9 2.6 2.2 0 1.9-2.6 2.1-2.6 4.1m0 3.2v.1',
  undo: 'M8 5 4 9l4 4M4 9h9a6 6 0 0 1 0 12h-3',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
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
