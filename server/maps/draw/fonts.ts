// Fonts of labels and legends: a fixed list out of an npm package, so that every machine draws the same map.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

const faces = { sans: 'DejaVuSans', serif: 'DejaVuSerif', mono: 'DejaVuSansMono', condensed: 'DejaVuSansCondensed' } as const;
type Face = keyof typeof faces;

/** Names that styles use, in lower case, and the face that stands for them. */
const families: Readonly<Record<string, Face>> = {
  serif: 'serif',
  'dejavu serif': 'serif',
  times: 'serif',
  'times new roman': 'serif',
  georgia: 'serif',
  monospace: 'mono',
  'dejavu sans mono': 'mono',
  courier: 'mono',
  'courier new': 'mono',
  'dejavu sans condensed': 'condensed',
  'arial narrow': 'condensed',
};

const registered = new Set<string>();

function register(face: Face, bold: boolean, italic: boolean): string {
  const slanted = face === 'serif' ? 'Italic' : 'Oblique';
  const suffix = `${bold ? 'Bold' : ''}${italic ? slanted : ''}`;
  const file = `${faces[face]}${suffix === '' ? '' : `-${suffix}`}`;
  // a name of our own: a font of the machine can never take its place
  const name = `geomig-${file.toLowerCase()}`;
  if (!registered.has(name)) {
    const folder = dirname(createRequire(__filename).resolve('dejavu-fonts-ttf/package.json'));
    if (GlobalFonts.registerFromPath(join(folder, 'ttf', `${file}.ttf`), name) === null) throw new Error(`the font ${file} cannot be read`);
    registered.add(name);
  }
  return name;
}

/** A canvas font description: the first family that is known, else the sans-serif face. */
export function fontOf(wanted: readonly string[], size: number, bold: boolean, italic: boolean): string {
  const face = wanted.map(name => families[name.trim().toLowerCase()]).find(found => found !== undefined) ?? 'sans';
  return `${size}px "${register(face, bold, italic)}"`;
}
