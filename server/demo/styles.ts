// SE 1.1 styles of the demonstration, written from a few nouns: calm colours that stand beside each other.

export interface PolygonLook {
  readonly fill: string;
  readonly opacity?: number;
  readonly stroke?: string;
  readonly width?: number;
}
export interface LineLook {
  readonly stroke: string;
  readonly width: number;
  readonly dash?: string;
}
export interface PointLook {
  readonly mark: 'circle' | 'square' | 'triangle' | 'star' | 'diamond' | 'cross';
  readonly fill: string;
  readonly stroke?: string;
  readonly size: number;
}
export interface LabelLook {
  readonly property: string;
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  /** Written along the line it names. */
  readonly along?: true;
}
export interface RuleLook {
  readonly title: string;
  /** Attribute and value the rule is for. */
  readonly when?: readonly [string, string];
  readonly otherwise?: true;
  /** Denominators between which it is drawn. */
  readonly from?: number;
  readonly to?: number;
  readonly polygon?: PolygonLook;
  readonly lines?: readonly LineLook[];
  readonly point?: PointLook;
  readonly label?: LabelLook;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const parameter = (name: string, value: string | number): string => `<se:SvgParameter name="${name}">${value}</se:SvgParameter>`;

function polygon(look: PolygonLook): string {
  const stroke =
    look.stroke === undefined
      ? ''
      : `<se:Stroke>${parameter('stroke', look.stroke)}${parameter('stroke-width', look.width ?? 1)}${parameter('stroke-linejoin', 'round')}</se:Stroke>`;
  return `<se:PolygonSymbolizer><se:Fill>${parameter('fill', look.fill)}${look.opacity === undefined ? '' : parameter('fill-opacity', look.opacity)}</se:Fill>${stroke}</se:PolygonSymbolizer>`;
}

function line(look: LineLook): string {
  const dash = look.dash === undefined ? '' : parameter('stroke-dasharray', look.dash);
  return `<se:LineSymbolizer><se:Stroke>${parameter('stroke', look.stroke)}${parameter('stroke-width', look.width)}${parameter('stroke-linecap', 'round')}${parameter('stroke-linejoin', 'round')}${dash}</se:Stroke></se:LineSymbolizer>`;
}

function point(look: PointLook): string {
  const stroke =
    look.stroke === undefined ? '' : `<se:Stroke>${parameter('stroke', look.stroke)}${parameter('stroke-width', 1)}</se:Stroke>`;
  return `<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>${look.mark}</se:WellKnownName><se:Fill>${parameter('fill', look.fill)}</se:Fill>${stroke}</se:Mark><se:Size>${look.size}</se:Size></se:Graphic></se:PointSymbolizer>`;
}

function label(look: LabelLook): string {
  const font = `<se:Font>${parameter('font-family', 'DejaVu Sans')}${parameter('font-size', look.size)}${look.bold === true ? parameter('font-weight', 'bold') : ''}</se:Font>`;
  return `<se:TextSymbolizer><se:Label><ogc:PropertyName>${look.property}</ogc:PropertyName></se:Label>${font}${look.along ? '<se:LabelPlacement><se:LinePlacement/></se:LabelPlacement>' : ''}<se:Halo><se:Radius>1.5</se:Radius><se:Fill>${parameter('fill', '#ffffff')}</se:Fill></se:Halo><se:Fill>${parameter('fill', look.colour)}</se:Fill></se:TextSymbolizer>`;
}

function rule(look: RuleLook): string {
  const filter = look.when
    ? `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${look.when[0]}</ogc:PropertyName><ogc:Literal>${escape(look.when[1])}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`
    : look.otherwise
      ? '<se:ElseFilter/>'
      : '';
  return [
    `<se:Rule><se:Description><se:Title>${escape(look.title)}</se:Title></se:Description>${filter}`,
    look.from === undefined ? '' : `<se:MinScaleDenominator>${look.from}</se:MinScaleDenominator>`,
    look.to === undefined ? '' : `<se:MaxScaleDenominator>${look.to}</se:MaxScaleDenominator>`,
    look.polygon ? polygon(look.polygon) : '',
    (look.lines ?? []).map(line).join(''),
    look.point ? point(look.point) : '',
    look.label ? label(look.label) : '',
    '</se:Rule>',
  ].join('');
}

/** Names stand in a group of their own: in the same one they would count as a match and silence the rules for « everything else ». */
export function styleDocument(name: string, title: string, rules: readonly RuleLook[]): string {
  const groups = [rules.filter(look => !look.label), rules.filter(look => look.label)].filter(group => group.length > 0);
  const body = groups.map(group => `<se:FeatureTypeStyle>${group.map(rule).join('')}</se:FeatureTypeStyle>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><se:Name>${name}</se:Name><UserStyle><se:Name>default</se:Name><se:Description><se:Title>${escape(title)}</se:Title></se:Description>${body}</UserStyle></NamedLayer></StyledLayerDescriptor>
`;
}
