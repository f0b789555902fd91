// Where pages of items begin and end (Features Part 1 § 7.15.7), for GeoJSON and HTML alike.
import type { FeatureType } from '../../core/model/feature-type';
import type { Query } from '../../core/query/query';
import type { Cut } from '../ows/page';
import type { ItemsRequest } from './requests';

/** One question of a request, for either representation. */
export interface Asked {
  readonly request: ItemsRequest;
  readonly type: FeatureType;
  readonly query: Query;
  readonly limit: number;
}

/** The request's own parameters for another page; limit always stands in the query string, for clients read it there. */
export function pageParameters(asked: Asked, offset: number, size = asked.limit): readonly (readonly [string, string])[] {
  const kept = asked.request.parameters.filter(([name]) => !['limit', 'offset'].includes(name.toLowerCase()));
  return [...kept, ['limit', String(size)], ...(offset > 0 ? [['offset', String(offset)] as const] : [])];
}

export const hasNext = (asked: Asked, cut: Cut): boolean => cut.returned > 0 && asked.request.offset + cut.returned < cut.available;
