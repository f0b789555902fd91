// GetLegendGraphic: the legend of one style of one layer, as the caller may have it, or of a group's layers one below the other.
// SLD profile of WMS 1.1 § 6.3.
import { inLanguage } from '../../core/model/text';
import type { Language } from '../../core/model/text';
import type { Doors } from '../../core/ports/doors';
import { drawLegend, titledStyle } from '../../maps';
import type { Style } from '../../maps';
import { accessOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import { styleNamed } from '../ows/styles';
import { groupNamed, withoutGroups } from './groups';
import type { LegendRequest } from './requests';

export function legendGraphic(request: LegendRequest, doors: Doors): Reply {
  const { style, types } = styleOf(request, doors);
  const { language, denominator, symbolScale, transparent } = request;
  const body = drawLegend(style, {
    language,
    denominator,
    symbolScale,
    transparent,
    ...(request.width === null ? {} : { width: request.width }),
    ...(request.height === null ? {} : { height: request.height }),
  });
  return { type: 'image/png', access: accessOf(doors.features, types, 'view'), body };
}

function styleOf(request: LegendRequest, doors: Doors): { readonly style: Style; readonly types: readonly string[] } {
  const { name, style } = request.layer;
  const members = groupNamed(doors.features, name) ? withoutGroups([{ name, style }], doors) : null;
  if (!members) {
    const layer = doors.features.layer(name, 'view', 'layer');
    return { style: styleNamed(layer, style, 'style'), types: [layer.type.name] };
  }
  const layers = members.map(member => doors.features.layer(member.name, 'view', 'layer'));
  return {
    style: joined(
      layers.map(layer => ({ title: layer.title, style: styleNamed(layer, '', 'style') })),
      request.language,
    ),
    types: layers.map(layer => layer.type.name),
  };
}

/** The styles of several layers as one, its rules named after their layers. */
function joined(parts: readonly { readonly title: Parameters<typeof inLanguage>[0]; readonly style: Style }[], language: Language): Style {
  return {
    name: '',
    title: null,
    groups: parts.flatMap(({ title, style }) => titledStyle(style, inLanguage(title, language), language).groups),
  };
}
