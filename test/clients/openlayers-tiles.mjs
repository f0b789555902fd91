// A page of somebody else's, bundled for the browser: OpenLayers reads the WMTS capabilities and shows a layer by WMTS and by XYZ.
// Its address says where the server is; what it saw stands on `window.seen`.
import OlMap from 'ol/Map';
import View from 'ol/View';
import WMTSCapabilities from 'ol/format/WMTSCapabilities';
import TileLayer from 'ol/layer/Tile';
import { register } from 'ol/proj/proj4';
import { fromLonLat, get as getProjection, transform } from 'ol/proj';
import WMTS, { optionsFromCapabilities } from 'ol/source/WMTS';
import XYZ from 'ol/source/XYZ';
import proj4 from 'proj4';

proj4.defs(
  'EPSG:2154',
  '+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +y_0=6600000 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs',
);
register(proj4);

const asked = new URL(location.href).searchParams;
const root = asked.get('server') ?? '';
const layer = asked.get('layer') ?? '';
const place = [Number(asked.get('lon')), Number(asked.get('lat'))];

/** Shows a source and counts the pixels that are painted when all its tiles are there. */
function show(source, crs, zoom) {
  const target = document.createElement('div');
  target.style.cssText = 'width:300px;height:300px';
  document.body.append(target);
  let failed = 0;
  source.on('tileloaderror', () => failed++);
  const map = new OlMap({
    target,
    controls: [],
    layers: [new TileLayer({ source })],
    view: new View({ projection: crs, center: transform(place, 'EPSG:4326', crs), resolution: 40 / 2 ** zoom }),
  });
  return new Promise(resolve => {
    map.once('rendercomplete', () => {
      let painted = 0;
      for (const canvas of target.querySelectorAll('canvas')) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) painted++;
      }
      map.setTarget(undefined);
      resolve({ painted, failed });
    });
  });
}

async function wmts(matrixSet, crs, requestEncoding) {
  const answer = await fetch(`${root}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities`);
  const read = new WMTSCapabilities().read(await answer.text());
  const options = optionsFromCapabilities(read, { layer, matrixSet, projection: crs, requestEncoding });
  if (!options) throw new Error(`no options for ${matrixSet}`);
  const source = new WMTS({ ...options, crossOrigin: 'anonymous' });
  const shown = await show(source, crs, 2);
  return {
    matrixSet: source.getMatrixSet(),
    encoding: source.getRequestEncoding(),
    levels: options.tileGrid.getResolutions().length,
    ...shown,
  };
}

async function xyz() {
  const described = await (await fetch(`${root}/tiles/${layer}.json`)).json();
  const source = new XYZ({ urls: described.tiles, minZoom: described.minzoom, maxZoom: described.maxzoom, crossOrigin: 'anonymous' });
  return show(source, 'EPSG:3857', 2);
}

async function all() {
  return {
    projection: getProjection('EPSG:2154') !== null && fromLonLat(place).every(Number.isFinite),
    lambertByParameters: await wmts('Lambert93', 'EPSG:2154', 'KVP'),
    lambertByPath: await wmts('Lambert93', 'EPSG:2154', 'REST'),
    mercator: await wmts('WebMercatorQuad', 'EPSG:3857', ''),
    xyz: await xyz(),
  };
}

all().then(
  seen => Object.assign(window, { seen }),
  error => Object.assign(window, { seen: { error: String(error) } }),
);
