// Restrictions as they were written become the one filter tree, with the type's CRS for coordinates that name none: its default CRS, in the order
// of the name that capabilities advertise (GDAL sends envelopes without srsName and means exactly that).
import { cql2Text } from '../../core/filter/cql2-text';
import { readFilter } from '../../core/filter/fes';
import type { Filter } from '../../core/filter/filter';
import { readBbox } from '../../core/filter/simple';
import { unreachable } from '../../core/model/fault';
import type { FeatureType } from '../../core/model/feature-type';
import { ns } from '../../core/xml/names';
import { coordinatesOf } from '../ows/axis';
import type { Restriction } from './requests';
import type { WfsVersion } from './versions';

/** `srid`: the CRS of the answer. Faults: those of the readers, at FILTER, BBOX, CQL_FILTER or the property concerned. */
export function readRestriction(
  restriction: Restriction,
  asked: { readonly type: FeatureType; readonly version: WfsVersion; readonly srid: number },
): Filter {
  const { type, version, srid } = asked;
  const rules = coordinatesOf(version.axis, type.geometry?.srid ?? 4326);
  switch (restriction.kind) {
    case 'fes':
      // clients of OWSLib and older QGIS send Filter 1.1 to every version
      return readFilter(restriction.element, {
        ...rules,
        dialect: restriction.element.namespace === ns.ogc ? '1.1' : '2.0',
        locator: 'FILTER',
      });
    case 'bbox':
      return readBbox(restriction.text, version.boxOfAnswer ? coordinatesOf(version.axis, srid) : rules, 'BBOX');
    case 'cql2':
      return cql2Text(restriction.text, 'CQL_FILTER', rules);
    case 'ids':
      return { op: 'ids', ids: restriction.ids };
    default:
      return unreachable(restriction);
  }
}
