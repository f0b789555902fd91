// Builds the express app from its parts; main and every test use it. Wires nothing to an engine.
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { mount, type HttpParts } from './http/endpoint';
import { explainEndpoint } from './http/api/explain';
import { facetsEndpoint } from './http/api/facets';
import { recordPageEndpoint } from './http/record-page';
import { sessionEndpoint, type SessionParts } from './http/api/session';
import { securityTextEndpoint } from './http/security-text';
import { systemEndpoints, type SystemParts } from './http/system';
import { metricsEndpoint, type Metrics } from './http/metrics';
import { problem } from './http/problem';
import { viewerEndpoints } from './http/viewer';
import type { Endpoint } from './services/ows/operation';
import { tilesEndpoints } from './services/tiles/endpoint';
import { ogcApiEndpoints, type OgcApiParts } from './services/ogcapi/endpoint';
import { wfsEndpoint, type WfsParts } from './services/wfs/endpoint';
import { wmsEndpoint, type WmsParts } from './services/wms/endpoint';
import { featureInfo } from './services/wms/feature-info';
import { infoFormats, wmsLimits, type InfoFormat } from './services/wms/requests';
import { wmtsEndpoints, type MapInformation } from './services/wmts/endpoint';
import { cswEndpoint } from './services/csw/endpoint';

export interface AppParts {
  readonly http: Omit<HttpParts, 'endpoints'>;
  readonly session: Omit<SessionParts, 'accounts' | 'cookieName' | 'passwordsAllowed' | 'now'>;
  readonly system: SystemParts;
  readonly wfs: WfsParts;
  readonly wms: WmsParts;
  readonly csw: Parameters<typeof cswEndpoint>[0];
  readonly ogcapi: OgcApiParts;
  /** Served at /metrics to this machine; null: elsewhere. */
  readonly metrics: Metrics | null;
  /** Endpoints beside the server's own. */
  readonly extra?: readonly Endpoint[];
  /** Folder of the built viewer. */
  readonly viewer: string;
}

/** What WMS tells of a pixel, for tiles. */
const information: MapInformation<InfoFormat> = {
  formats: infoFormats,
  extensions: new Map([
    ['txt', 'text/plain'],
    ['html', 'text/html'],
    ['json', 'application/json'],
  ]),
  mostFeatures: wmsLimits.features,
  run: featureInfo,
};

/** Every endpoint of the server: the one table that routes, capabilities and the leak matrix enumerate. */
export function endpointsOf(parts: AppParts): Endpoint[] {
  const { accounts, cookieName, passwordsAllowed, now } = parts.http;
  return [
    ...systemEndpoints(parts.system),
    ...(parts.metrics ? [metricsEndpoint(parts.metrics)] : []),
    sessionEndpoint({ ...parts.session, accounts, cookieName, passwordsAllowed, now }),
    explainEndpoint(),
    facetsEndpoint(),
    recordPageEndpoint(),
    wfsEndpoint(parts.wfs),
    wmsEndpoint(parts.wms),
    cswEndpoint(parts.csw),
    ...tilesEndpoints({ renderer: parts.wms.renderer, problem }),
    ...wmtsEndpoints({ renderer: parts.wms.renderer, information }),
    ...ogcApiEndpoints(parts.ogcapi),
    ...viewerEndpoints(parts.viewer),
    securityTextEndpoint({ publicUrl: parts.http.publicUrl }),
    ...(parts.extra ?? []),
  ];
}

export function buildApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', () => ({}));
  mount(app, { ...parts.http, endpoints: endpointsOf(parts) });
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text/plain').send('Not found: see / for the map, /wfs, /wms, /csw and /ogc for the services.\n');
  });
  app.use((_error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next();
    else response.status(400).type('text/plain').send('The address cannot be read.\n');
  });
  return app;
}
