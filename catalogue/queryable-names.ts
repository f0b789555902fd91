// Names of queryables as catalogue clients write them: with the prefix of one of three vocabularies, without, in any case, as a URI, as a path
// into the ISO document or into a Dublin Core record.
import { anyText, boundingBox, doubleQueryables, queryables } from './record-type';

const byName = new Map<string, string>();
/** Steps of a path in lower case, and the queryable. */
const byPath: { readonly steps: readonly string[]; readonly dateType: string | undefined; readonly name: string }[] = [];
for (const queryable of queryables) {
  for (const name of [queryable.name, ...queryable.names, ...queryable.names.map(one => one.slice(one.indexOf(':') + 1))])
    if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), queryable.name);
  for (const path of queryable.paths) {
    const [steps = '', dateType] = path.toLowerCase().split('#');
    byPath.push({ steps: steps.split('/'), dateType, name: queryable.name });
  }
}
for (const one of [boundingBox, anyText]) for (const name of one.aliases) byName.set(name.toLowerCase(), one.name);
for (const name of doubleQueryables) byName.set(name.toLowerCase(), name);

/** The queryable a client means; a name that none has is given back without its prefix. */
export function queryableName(written: string): string {
  const text = written.trim();
  const whole = byName.get(text.toLowerCase());
  if (whole !== undefined) return whole;
  // http://purl.org/dc/terms/abstract, {http://purl.org/dc/elements/1.1/}title
  const uri = /^(?:https?:[^\s{}]*[/#]|\{[^{}]*\})([\w.-]+)$/i.exec(text.slice(0, 300));
  if (uri) return byName.get((uri[1] ?? '').toLowerCase()) ?? uri[1] ?? '';
  if (text.includes('/')) return pathName(text.slice(0, 600));
  const bare = text.slice(text.lastIndexOf(':') + 1);
  return byName.get(bare.toLowerCase()) ?? bare;
}

/** A path into a gmd document, whole or its end, or a path of one step such as `/csw:Record/dc:title`. */
function pathName(path: string): string {
  const dateType = /\b(creation|publication|revision)\b/i.exec(path)?.[1]?.toLowerCase();
  const steps = path
    .replace(/\[[^\]]{0,200}\]/g, '')
    .split('/')
    .map(step => step.trim().replace(/^@/, ''))
    .filter(step => step !== '' && step !== '.' && step !== '..' && step !== 'text()')
    .map(step => step.slice(step.lastIndexOf(':') + 1).toLowerCase())
    .filter(step => step !== 'codelistvalue');
  if (steps.includes('ex_geographicboundingbox')) return boundingBox.name;
  const last = steps.at(-1) ?? '';
  if (steps.length <= 2) {
    const named = byName.get(last);
    if (named !== undefined) return named;
  }
  const found = byPath.filter(({ steps: known }) => endsLike(known, steps) || endsLike(known.slice(0, -1), steps));
  const best = found.find(one => one.dateType === dateType) ?? found[0];
  return best?.name ?? (steps.length <= 2 ? last : path.slice(0, 80));
}

/** Whether a path ends as another does, `*` on either side being any step; datetime stands where date does, an Anchor where a text does. */
function endsLike(known: readonly string[], steps: readonly string[]): boolean {
  if (steps.length < 2 || steps.length > known.length) return false;
  const tail = known.slice(known.length - steps.length);
  return tail.every((step, i) => {
    const other = steps[i] ?? '';
    return (
      step === '*' ||
      other === '*' ||
      step === other ||
      (step === 'date' && other === 'datetime') ||
      (step === 'characterstring' && other === 'anchor')
    );
  });
}
