// Measuring on the map: points set by hand, their length or area on the globe, whatever the projection of the map. Loaded when first used.
import { area, length, lineString, polygon } from '@turf/turf';
import type Map from 'ol/Map';
import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import MultiPoint from 'ol/geom/MultiPoint';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style } from 'ol/style';
import type { Coordinate } from 'ol/coordinate';
import { fromDegrees, toDegrees, type MapCrs } from './projection';

export type MeasureKind = 'length' | 'area';

export interface Measured {
  readonly kind: MeasureKind;
  readonly points: number;
  /** Metres along the points; for an area its perimeter. */
  readonly metres: number;
  /** Square metres. */
  readonly area: number;
}

const ink = '#b3123f';
const styles = [
  new Style({ stroke: new Stroke({ color: '#ffffff', width: 5 }) }),
  new Style({ stroke: new Stroke({ color: ink, width: 2.5 }), fill: new Fill({ color: 'rgb(179 18 63 / 14%)' }) }),
];
const points = new Style({
  image: new Circle({ radius: 5, fill: new Fill({ color: '#ffffff' }), stroke: new Stroke({ color: ink, width: 2.5 }) }),
});

export class Measure {
  readonly #map: Map;
  readonly #crs: () => MapCrs;
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, zIndex: 1000 });
  /** Longitudes and latitudes, so that they stay where they are when the projection changes. */
  #points: Coordinate[] = [];
  #kind: MeasureKind = 'length';

  constructor(map: Map, crs: () => MapCrs) {
    this.#map = map;
    this.#crs = crs;
    this.#map.addLayer(this.#layer);
  }

  get kind(): MeasureKind {
    return this.#kind;
  }

  setKind(kind: MeasureKind): Measured {
    this.#kind = kind;
    return this.redraw();
  }

  add(at: Coordinate): Measured {
    this.#points = [...this.#points, toDegrees(at, this.#crs())];
    return this.redraw();
  }

  undo(): Measured {
    this.#points = this.#points.slice(0, -1);
    return this.redraw();
  }

  clear(): Measured {
    this.#points = [];
    return this.redraw();
  }

  /** Draws in the map's projection, which may be another one now. */
  redraw(): Measured {
    const places = this.#points.map(at => fromDegrees(at, this.#crs()));
    const line = places.length < 2 ? [] : [this.#kind === 'area' ? new Polygon([places]) : new LineString(places)];
    const features = line.map(geometry => {
      const feature = new Feature(geometry);
      feature.setStyle(styles);
      return feature;
    });
    const dots = new Feature(new MultiPoint(places));
    dots.setStyle(points);
    this.#source.clear();
    this.#source.addFeatures([...features, dots]);
    return this.#measured();
  }

  #measured(): Measured {
    const [first] = this.#points;
    const closed = first && this.#kind === 'area' && this.#points.length > 2;
    const path = closed ? [...this.#points, first] : this.#points;
    return {
      kind: this.#kind,
      points: this.#points.length,
      metres: path.length < 2 ? 0 : length(lineString(path), { units: 'meters' }),
      area: closed ? area(polygon([path])) : 0,
    };
  }
}
