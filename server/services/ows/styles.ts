// The style a request names on a layer, as the caller may have it. Documents are read once and kept.
import { Fault } from '../../core/model/fault';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Language } from '../../core/model/text';
import { coverageStyle, defaultCoverageStyle, defaultStyle, readCoverageStyle, readStyle, visibleStyle } from '../../maps';
import type { Style } from '../../maps';

/** Name of the default style in requests, whatever the style's own name; INSPIRE view services use the second. */
const defaultNames: ReadonlySet<string> = new Set(['', 'default', 'inspire_common:DEFAULT']);

const mostKept = 500;
const kept = new Map<string, Style>();

function parsed(document: string, raster: boolean): Style {
  const key = `${raster ? 'raster' : ''}\n${document}`;
  const known = kept.get(key);
  if (known) return known;
  const style = stored(document, raster);
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.set(key, style);
  return style;
}

/** Styles were read when they were stored: one that cannot be read now is a defect, and its words are nothing to tell. */
function stored(document: string, raster: boolean): Style {
  try {
    return raster ? readCoverageStyle(document) : readStyle(document);
  } catch (cause) {
    throw new Fault('internal', '', 'a stored style cannot be read', { cause });
  }
}

/** A style of a layer as it is advertised. */
export interface OfferedStyle {
  readonly name: string;
  readonly title: string;
  /** Without the rules that read what the caller may not see (R42). */
  readonly style: Style;
}

/** All styles of a layer, the default first. */
export function stylesOf(layer: Layer, language: Language): OfferedStyle[] {
  const visible = new Set(layer.type.properties.map(property => property.name));
  if (layer.styles.length === 0) {
    const style = layer.coverage ? defaultCoverageStyle(layer.coverage) : defaultStyle(layer.type.geometry?.type ?? 'Geometry');
    return [{ name: 'default', title: style.title ? inLanguage(style.title, language) : 'default', style }];
  }
  const { coverage } = layer;
  return layer.styles.map(({ name, title, document }) => ({
    name,
    title: inLanguage(title, language),
    style: coverage ? coverageStyle(parsed(document, true), coverage) : visibleStyle(parsed(document, false), visible),
  }));
}

/** The style that a request names; fault unknown-style. */
export function styleNamed(layer: Layer, name: string, locator: string): Style {
  const offered = stylesOf(layer, 'fr');
  const found = offered.find(one => one.name === name) ?? (defaultNames.has(name) ? offered[0] : undefined);
  if (!found) throw new Fault('unknown-style', locator, `layer ${layer.name} has no style "${name.slice(0, 80)}"`);
  return found.style;
}
