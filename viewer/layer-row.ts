// One layer of the list: switch, handle, opacity, legend, warnings, and what can be done with it.
import { legendAddress, type MapLayer } from './capabilities';
import { fill, h, icon, signButton, titleParts } from './dom';
import { dragBy } from './drag';
import { scaleRange } from './explain';
import { inScale, type ShownLayer } from './shown-layers';
import { say, wholeNumber } from './words';

export interface RowEvents {
  readonly onZoom: (layer: MapLayer) => void;
  readonly onRecord: (identifier: string) => void;
  readonly onQgis: (layer: MapLayer) => void;
  readonly onChange: (change: Partial<Omit<ShownLayer, 'layer'>>) => void;
  /** By places, upwards negative; to a place. */
  readonly onMove: (by: number) => void;
  readonly onMoveTo: (place: number) => void;
  readonly onRemove: () => void;
}

/** The nodes of one layer that change while it stays in the list. */
export interface Row {
  readonly element: HTMLElement;
  readonly update: (one: ShownLayer, first: boolean, last: boolean, denominator: number) => void;
}

export function layerRow(layer: MapLayer, events: RowEvents): Row {
  const { name, title, record } = layer;
  const visible = h('input', {
    type: 'checkbox',
    'aria-label': say('layerVisible', { title }),
    onchange: () => events.onChange({ visible: visible.checked }),
  });
  const percent = h('span', { class: 'percent', 'aria-hidden': 'true' });
  const opacity = h('input', {
    type: 'range',
    min: 0,
    max: 100,
    step: 5,
    'aria-label': say('opacityOf', { title }),
    oninput: () => events.onChange({ opacity: Number(opacity.value) / 100 }),
  });
  const up = signButton('up', say('moveUp', { title }), () => events.onMove(-1));
  const down = signButton('down', say('moveDown', { title }), () => events.onMove(1));
  const notes = h('div', { class: 'notes', 'aria-live': 'polite' });
  const handle = h('button', { type: 'button', class: 'sign handle', 'aria-label': say('moveHandle', { title }) }, icon('grip'));
  const element = h(
    'li',
    { class: 'shown-layer', 'data-name': name },
    h('div', { class: 'head' }, handle, h('label', {}, visible, h('span', { class: 'name' }, titleParts(title))), up, down),
    notes,
    legend(layer),
    h(
      'div',
      { class: 'tools' },
      h('label', { class: 'opacity' }, h('span', { 'aria-hidden': 'true' }, say('opacity')), opacity, percent),
      signButton('target', say('zoomToLayer', { title }), () => events.onZoom(layer), { disabled: layer.extent === null }),
      record === null ? null : signButton('info', say('layerRecord', { title }), () => events.onRecord(record)),
      signButton('plug', say('addToQgisLayer', { title }), () => events.onQgis(layer)),
      signButton('close', say('removeLayer', { title }), () => events.onRemove()),
    ),
  );
  dragBy(handle, { row: element, moveTo: events.onMoveTo });
  let told = '';
  return {
    element,
    update: (one, first, last, denominator) => {
      visible.checked = one.visible;
      opacity.value = String(Math.round(one.opacity * 100));
      percent.textContent = `${Math.round(one.opacity * 100)} %`;
      up.setAttribute('aria-disabled', String(first));
      down.setAttribute('aria-disabled', String(last));
      const warnings = warningsOf(one, denominator);
      element.classList.toggle('faint', !one.visible || (denominator > 0 && !inScale(layer, denominator)));
      if (warnings.join('\n') === told) return;
      told = warnings.join('\n');
      fill(notes, ...warnings.map(text => h('p', { class: 'warning' }, icon('warning'), h('span', {}, text))));
    },
  };
}

/** The legend as the service draws it. */
export function legend(layer: MapLayer): HTMLElement {
  const box = h('div', { class: 'legend' });
  const image = h('img', { src: legendAddress(layer), alt: say('legendOf', { title: layer.title }), loading: 'lazy' });
  image.addEventListener('error', () => fill(box, h('span', { class: 'note' }, say('legendFailed'))));
  box.append(image);
  return box;
}

function warningsOf(one: ShownLayer, denominator: number): string[] {
  const { layer, usageScale, failure } = one;
  if (denominator <= 0 || !one.visible) return [];
  if (!inScale(layer, denominator)) return [say('outOfScale', { range: scaleRange(layer.minScale, layer.maxScale) })];
  const beyond = usageScale !== null && denominator < usageScale * 0.98 ? [say('beyondUsage', { n: wholeNumber(usageScale) })] : [];
  return failure === null ? beyond : [failure, ...beyond];
}
