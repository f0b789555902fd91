// The face of the drawing room: read a style, ask which attributes it needs, draw maps and legends.
export { readCoverageStyle, readStyle, styleLimits } from './styles/sld';
export { coverageStyle, defaultCoverageStyle, defaultStyle } from './styles/defaults';
export { filterProperties, holdsAt, propertiesUsed, ruleProperties, symbolReach, visibleStyle } from './styles/style';
export type { Style, Rule, Symbolizer } from './styles/style';
export { createRenderer } from './draw/pool';
export type { Renderer, RendererOptions } from './draw/pool';
export type { RenderJob } from './draw/job';
export type { MapDrawing, MapLayer } from './draw/draw';
export type { View } from './draw/path';
export { drawLegend, legendSize, titledStyle } from './legend';
export type { LegendOptions, LegendSize } from './legend';
