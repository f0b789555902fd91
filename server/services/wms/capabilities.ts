// GetCapabilities of WMS (1.3.0 § 7.2, 1.1.1 § 7.1): the layers that the caller may see and nothing else (R45), kept as fragments by
// fingerprint, version and language. Each version's document has a file of its own.
import { parisDay } from '../../core/model/clock';
import { Fault } from '../../core/model/fault';
import type { Language } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { FragmentCache } from '../ows/fragments';
import type { Fragment } from '../ows/fragments';
import type { Reply } from '../ows/operation';
import type { Parts } from './advertised';
import { document111 } from './capabilities-111';
import { document130 } from './capabilities-130';
import { groupsOf } from './groups';
import type { WmsLimits } from './requests';
import { wms111, wms130 } from './versions';
import type { WmsVersion } from './versions';

export interface CapabilitiesRequest {
  readonly version: WmsVersion;
  readonly language: Language;
  readonly updateSequence: string | null;
  /** GROUPS=TRUE: layers stand in named groups. Otherwise in a plain list, for QGIS 3.22 lets scripts that walk its browser crash on groups in groups. */
  readonly grouped: boolean;
}

/** Writes a document; `digest` is the update sequence that it tells. */
export type DocumentWriter = (parts: Parts) => { readonly document: Fragment; readonly digest: string };

const writers: ReadonlyMap<WmsVersion, DocumentWriter> = new Map([
  [wms130, document130],
  [wms111, document111],
]);

const cache = new FragmentCache();
/** The update sequence that a document tells. */
const sequences = new WeakMap<Fragment, string>();

/** The document for this caller. Faults: update-sequence-current, update-sequence-invalid (1.3.0 § 7.2.3.5, 1.1.1 § 7.1.2.4). */
export function capabilities(request: CapabilitiesRequest, doors: Doors, context: Context, limits: WmsLimits): Reply {
  const { features } = doors;
  const { fingerprint } = features;
  const { service } = doors.partnership;
  const { version, language, grouped } = request;
  const day = parisDay(context.instant);
  const key = [
    'wms',
    version.version,
    grouped ? 'groups' : 'list',
    language,
    fingerprint,
    context.scope ?? '',
    day,
    JSON.stringify(service),
  ];
  const make = (): Fragment => {
    const write = writers.get(version);
    if (!write) throw new Error(`no capabilities of WMS ${version.version}`);
    const { document, digest } = write({
      layers: features.layers(),
      groups: grouped ? groupsOf(features) : null,
      service,
      language,
      day,
      limits,
    });
    sequences.set(document, digest);
    return document;
  };
  // D11: of types whose edits go unnoticed nothing is kept
  const document = features.layers().some(layer => layer.type.generation === 0) ? make() : cache.take(key, make);
  checkSequence(request.updateSequence, sequences.get(document) ?? '');
  // R47: it names what this caller may see; and QGIS shows a document that it may keep for a day, whoever logs in meanwhile
  return { type: version.capabilitiesType, access: 'restricted', body: document.bytes({ base: context.base }) };
}

/** Equal is current; what sorts after it was never given by this server. */
function checkSequence(asked: string | null, current: string): void {
  if (asked === null || asked === '') return;
  if (asked === current) throw new Fault('update-sequence-current', 'updatesequence', `the update sequence is ${current}`);
  if (asked > current)
    throw new Fault('update-sequence-invalid', 'updatesequence', `the update sequence is ${current}, lower than the one given`);
}
