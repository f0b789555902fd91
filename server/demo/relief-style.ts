// How the relief is shown: hypsometric tints, calm enough to lie under everything else, gently shaded while its cells are small in the map.

const tints: readonly (readonly [metres: number, colour: string, label: string])[] = [
  [26.4, '#b9d3e0', 'Fleuve'],
  [26.6, '#d9e6d0', 'Plaine, 30 m'],
  [45, '#e3ead0', '45 m'],
  [70, '#efeed2', '70 m'],
  [100, '#f1e4c3', '100 m'],
  [135, '#e7d0a9', '135 m'],
  [170, '#d9b893', '170 m'],
  [200, '#cba785', '200 m'],
];

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const symbolizer = (shaded: boolean): string => `<RasterSymbolizer><ColorMap type="ramp">
${tints.map(([metres, colour, label]) => `<ColorMapEntry color="${colour}" quantity="${metres}" label="${escape(label)}"/>`).join('\n')}
</ColorMap>${shaded ? '<ShadedRelief><ReliefFactor>2</ReliefFactor></ShadedRelief>' : ''}</RasterSymbolizer>`;

/** SLD 1.0: shaded from 1 : 50 000 on, tints alone where each cell has become a field of its own. */
export const reliefStyle = (title: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>relief</Name><UserStyle><Title>${escape(title)}</Title><FeatureTypeStyle>
<Rule><Title>Altitude</Title><MinScaleDenominator>50000</MinScaleDenominator>${symbolizer(true)}</Rule>
<Rule><Title>Altitude</Title><MaxScaleDenominator>50000</MaxScaleDenominator>${symbolizer(false)}</Rule>
</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>
`;
