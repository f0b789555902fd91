// GetLegendGraphic: the legend of one style of one layer, as the caller may have it. SLD profile of WMS 1.1 § 6.3.
import type { Doors } from '../../core/ports/doors';
import { drawLegend } from '../../maps';
import { accessOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import type { LegendRequest } from './requests';
import { styleNamed } from '../ows/styles';

export function legendGraphic(request: LegendRequest, doors: Doors): Reply {
  const layer = doors.features.layer(request.layer.name, 'view', 'layer');
  const style = styleNamed(layer, request.layer.style, 'style');
  const { language, denominator, symbolScale, transparent } = request;
  const body = drawLegend(style, {
    language,
    denominator,
    symbolScale,
    transparent,
    ...(request.width === null ? {} : { width: request.width }),
    ...(request.height === null ? {} : { height: request.height }),
  });
  return { type: 'image/png', access: accessOf(doors.features, [layer.type.name], 'view'), body };
}
