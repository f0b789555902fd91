// GetCapabilities (WFS 2.0 § 8, 1.1 § 13, 1.0 § 12): what the caller may use and nothing else (R45), with the mention (R50). Each section is a
// fragment kept per version, fingerprint and language; only the base address is filled in per request. The documents of the versions are built by
// capabilities-ows.ts and capabilities-plain.ts.
import { createHash } from 'node:crypto';
import { parisDay } from '../../core/model/clock';
import { Fault } from '../../core/model/fault';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { attributes } from '../../core/xml/write';
import { documentOf, fragment, type Fragment, type FragmentCache } from '../ows/fragments';
import { languageOf } from '../ows/language';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { owsForm } from './capabilities-ows';
import { plainForm } from './capabilities-plain';
import type { PageLimits } from './get-feature';
import type { WfsVersion } from './versions';

export interface CapabilitiesParts {
  readonly cache: FragmentCache;
  readonly limits: PageLimits;
  /** Operations to advertise, in order. */
  readonly operations: readonly string[];
}

export interface Making extends CapabilitiesParts {
  readonly version: WfsVersion;
  readonly doors: Doors;
  /** Day of the request in Paris. */
  readonly day: string;
  readonly language: Language;
}

/** How a version builds its document. */
export interface CapabilitiesForm {
  /** Of the document's own elements. */
  readonly prefix: 'wfs:' | '';
  readonly sections: readonly string[];
  /** A section that the schema wants whatever sections were asked for. */
  readonly always: (section: string) => boolean;
  /** A section that the day changes. */
  readonly daily: (section: string) => boolean;
  readonly write: (section: string, making: Making) => Fragment;
  /** updateSequence made of the document's digest. */
  readonly sequence: (digest: string) => string;
  readonly root: (version: WfsVersion, sequence: string) => Readonly<Record<string, string>>;
}

const forms: Readonly<Record<WfsVersion['capabilities'], CapabilitiesForm>> = {
  'ows 1.1': owsForm('1.1'),
  'ows 1.0': owsForm('1.0'),
  plain: plainForm,
};

export interface CapabilitiesRequest {
  readonly version: WfsVersion;
  readonly sections: readonly string[];
  readonly updateSequence: string | null;
  readonly language: Language;
  /** Media type of the answer. */
  readonly type: string;
}

/** Faults: invalid-value at sections, invalid-format at acceptFormats. */
export function readCapabilities(input: Input, context: Context, version: WfsVersion): CapabilitiesRequest {
  const root = rootOf(input);
  const children = (list: string, item: string): string[] =>
    root?.children
      .filter(child => child.name === list)
      .flatMap(child => child.children.filter(one => one.name === item).map(one => one.text.trim())) ?? [];
  const sections = root ? children('Sections', 'Section') : input.kvp.list('sections');
  const formats = (root ? children('AcceptFormats', 'OutputFormat') : input.kvp.list('acceptformats')).filter(format => format !== '');
  return {
    version,
    sections: readSections(
      sections.filter(name => name !== ''),
      forms[version.capabilities].sections,
    ),
    updateSequence: (root ? root.attribute('updateSequence') : input.kvp.get('updatesequence')) ?? null,
    language: languageOf(input.kvp.get('language') ?? root?.attribute('language'), context.language),
    type: formats.length === 0 ? version.capabilitiesType : acceptedType(formats, version.capabilitiesType),
  };
}

/** The first acceptable type, in the client's order. */
function acceptedType(formats: readonly string[], own: string): string {
  for (const format of formats) {
    const named = /^(text|application)\/xml\b/i.exec(format)?.[0].toLowerCase();
    if (named !== undefined) return named;
    if (/^(?:\*|text|application)\/\*/.test(format)) return own;
    if (/^(?:text|application)\/xml/i.test(format)) return own;
  }
  throw new Fault('invalid-format', 'acceptFormats', 'capabilities are written in XML');
}

function readSections(names: readonly string[], known: readonly string[]): readonly string[] {
  if (names.length === 0 || names.some(name => name.toLowerCase() === 'all')) return known;
  const wanted = names.map(name => {
    const found = known.find(section => section.toLowerCase() === name.toLowerCase());
    if (!found) throw new Fault('invalid-value', 'sections', `"${name.slice(0, 60)}" is not a section of a WFS capabilities document`);
    return found;
  });
  return known.filter(section => wanted.includes(section));
}

export function getCapabilities(request: CapabilitiesRequest, doors: Doors, context: Context, parts: CapabilitiesParts): Reply {
  const { features } = doors;
  const { version, language } = request;
  const form = forms[version.capabilities];
  // 2.0 has no rights by type: who may edit nothing is not told that there are transactions (R45)
  const editor = features.types('edit').length > 0;
  const advertised = { ...parts, operations: parts.operations.filter(name => editor || name !== 'Transaction') };
  const service = createHash('sha256').update(JSON.stringify(doors.partnership.service)).digest('hex');
  const day = parisDay(context.instant);
  const written = new Map(
    form.sections.map(section => [
      section,
      parts.cache.take(['wfs', version.version, section, language, form.daily(section) ? day : '', features.fingerprint, service], () =>
        form.write(section, { ...advertised, version, doors, day, language }),
      ),
    ]),
  );
  // a mark of what this caller is told: what is hidden must not move it (R23)
  const digest = createHash('sha256')
    .update([...written.values()].map(section => section.digest).join(' '))
    .digest('hex');
  const sequence = form.sequence(digest);
  // WFS 2.0 § 8.3.5, OWS 1.0 § 7.3.4: with the current updateSequence the document holds no section that may lack
  const wanted = request.updateSequence === sequence ? [] : request.sections;
  const kept = form.sections
    .filter(section => wanted.includes(section) || form.always(section))
    .flatMap(section => written.get(section) ?? []);
  const name = `${form.prefix}WFS_Capabilities`;
  const root = fragment`<${name}${attributes(form.root(version, sequence))}>\n${kept}</${name}>\n`;
  // R47: it names what this caller may see; and QGIS shows a document that it may keep for a day, whoever logs in meanwhile
  return { type: request.type, access: 'restricted', body: documentOf(root).fill({ base: context.base }) };
}
