// What a legend shows of a raster: a row for each colour of its map, or the ends of a grey stretch; of colours as they are, one neutral row.
import type { Text } from '../../core/model/text';
import type { ColorMap, RasterLook } from './raster-look';
import type { Rule, Symbolizer } from './style';

/** The rules themselves, those of rasters as one rule for each row; rows that another rule has shown (at another scale) are not shown again. */
export function legendRules(rules: readonly Rule[]): readonly Rule[] {
  const seen = new Set<string>();
  return rules.flatMap(rule =>
    rule.symbolizers.some(one => one.kind === 'raster')
      ? rowsAsRules(rule).filter(row => {
          const key = JSON.stringify([row.title, row.symbolizers]);
          return !seen.has(key) && seen.add(key);
        })
      : [rule],
  );
}

function rowsAsRules(rule: Rule): readonly Rule[] {
  const look = rule.symbolizers.flatMap(one => (one.kind === 'raster' ? [one.raster] : []))[0];
  if (!look) return [rule];
  const rows = rowsOf(look);
  return rows.map(({ color, opacity, title }) => ({
    ...rule,
    title: title ?? rule.title,
    symbolizers: [{ kind: 'polygon', fill: { color, opacity: opacity * look.opacity }, stroke: null } satisfies Symbolizer],
  }));
}

interface Row {
  readonly color: number;
  readonly opacity: number;
  readonly title: Text | null;
}

const neutral = 0x9a9a90;

function rowsOf(look: RasterLook): readonly Row[] {
  if (look.map) return stopRows(look.map);
  const [stretch] = look.stretch;
  if (look.palette || (look.channels && 'red' in look.channels) || !stretch) return [{ color: neutral, opacity: 1, title: null }];
  const middle = (stretch.low + stretch.high) / 2;
  return [
    { color: 0x000000, opacity: 1, title: told(`≤ ${number(stretch.low)}`) },
    { color: 0x808080, opacity: 1, title: told(number(middle)) },
    { color: 0xffffff, opacity: 1, title: told(`≥ ${number(stretch.high)}`) },
  ];
}

function stopRows({ kind, stops }: ColorMap): Row[] {
  return stops.map(({ value, color, opacity, label }, i) => {
    const before = stops[i - 1]?.value;
    const between =
      before === undefined ? `< ${number(value)}` : value === Infinity ? `≥ ${number(before)}` : `${number(before)} – ${number(value)}`;
    return { color, opacity, title: label === null ? told(kind === 'intervals' ? between : number(value)) : { fr: label } };
  });
}

/** Six digits, with a point. */
const number = (value: number): string => String(Number(value.toPrecision(6)));

const told = (text: string): Text => ({ fr: text.replaceAll('.', ','), en: text });
