// The background of the map, made of layers of the partnership itself: nothing is asked from elsewhere, and where nothing fits there is none.
import type { MapLayer } from './capabilities';

export const backgroundKinds = ['plan', 'relief', 'none'] as const;
export type BackgroundKind = (typeof backgroundKinds)[number];

/** What a layer shows, told from its name. */
const shows = {
  communes: /(?:^|:)(?:communes?|limites?[-_]communales?|communes?[-_].*)$/i,
  parks: /(?:^|:)(?:parcs?(?:[-_]et[-_]jardins)?|parks?)$/i,
  streets: /(?:^|:)(?:rues?|voies?|voirie|routes?|filaire(?:[-_].*)?|streets?|roads?)$/i,
  relief: /(?:^|:)(?:relief|ombrage|estompage|hillshade|mnt|dem|altitudes?)(?:[-_].*)?$/i,
} as const;

/** From top to bottom. */
const made: Readonly<Record<BackgroundKind, readonly (keyof typeof shows)[]>> = {
  plan: ['streets', 'parks', 'communes'],
  relief: ['communes', 'relief'],
  none: [],
};

/** Communes let the relief show through. */
const opacities: Readonly<Partial<Record<BackgroundKind, Partial<Record<keyof typeof shows, number>>>>> = { relief: { communes: 0.5 } };

const width = ({ extent }: MapLayer): number => (extent === null ? 0 : extent[2] - extent[0]);

/** Of several layers that show the same, the widest. */
function widest(layers: readonly MapLayer[], role: keyof typeof shows): MapLayer[] {
  const [best] = layers.filter(layer => shows[role].test(layer.name)).sort((a, b) => width(b) - width(a));
  return best ? [best] : [];
}

export interface BackgroundLayer {
  readonly layer: MapLayer;
  readonly opacity: number;
}

/** Layers of a background, top first. */
export function backgroundOf(kind: BackgroundKind, layers: readonly MapLayer[]): BackgroundLayer[] {
  return made[kind].flatMap(role => widest(layers, role).map(layer => ({ layer, opacity: opacities[kind]?.[role] ?? 1 })));
}

/** Kinds that the offer can fill; « none » always. */
export function possibleBackgrounds(layers: readonly MapLayer[]): BackgroundKind[] {
  return backgroundKinds.filter(
    kind => kind === 'none' || (kind === 'relief' ? widest(layers, 'relief') : backgroundOf(kind, layers)).length > 0,
  );
}
