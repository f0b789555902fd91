"""Styles as QGIS exports them (Save Style, SLD): one file for each kind of symbol, renderer and label, in the folder that is given."""
import os
import sys

from qgis.core import (QgsApplication, QgsArrowSymbolLayer, QgsCategorizedSymbolRenderer, QgsCentroidFillSymbolLayer, QgsEllipseSymbolLayer,
                       QgsFillSymbol, QgsFontMarkerSymbolLayer, QgsGradientFillSymbolLayer, QgsGraduatedSymbolRenderer,
                       QgsHashedLineSymbolLayer, QgsHeatmapRenderer, QgsInvertedPolygonRenderer, QgsLinePatternFillSymbolLayer,
                       QgsLineSymbol, QgsMarkerLineSymbolLayer, QgsMarkerSymbol, QgsNullSymbolRenderer, QgsPalLayerSettings,
                       QgsPointClusterRenderer, QgsPointPatternFillSymbolLayer, QgsProperty, QgsRendererCategory, QgsRendererRange,
                       QgsRuleBasedRenderer, QgsSimpleLineSymbolLayer, QgsSingleSymbolRenderer, QgsSvgMarkerSymbolLayer,
                       QgsSVGFillSymbolLayer, QgsSymbolLayer, QgsTextBackgroundSettings, QgsUnitTypes, QgsVectorLayer,
                       QgsVectorLayerSimpleLabeling)

application = QgsApplication([], False)
application.initQgis()
folder = sys.argv[1]
PICTURE = '/usr/share/qgis/svg/symbol/blue-marker.svg'
SHAPES = ['circle', 'square', 'triangle', 'star', 'cross', 'cross2', 'diamond', 'line', 'arrow', 'hexagon', 'pentagon', 'octagon',
          'equilateral_triangle', 'cross_fill', 'filled_arrowhead', 'half_square', 'quarter_circle', 'semi_circle', 'arrowhead',
          'third_circle', 'diagonal_half_square', 'square_with_corners', 'asterisk_fill', 'left_half_triangle', 'right_half_triangle']
BRUSHES = ['solid', 'no', 'horizontal', 'vertical', 'cross', 'b_diagonal', 'f_diagonal', 'diagonal_x'] + ['dense%d' % i for i in range(1, 8)]
PENS = ['solid', 'dash', 'dot', 'dash dot', 'dash dot dot', 'no']


def layer(kind):
    return QgsVectorLayer(kind + '?crs=EPSG:2154&field=nom:string&field=n:integer&field=etat:string', 'couche', 'memory')


def save(one, name):
    message, good = one.saveSldStyle(os.path.join(folder, name.replace(' ', '_') + '.sld'))
    if not good:
        sys.exit('%s: %s' % (name, message))


def rendered(kind, renderer, name):
    one = layer(kind)
    one.setRenderer(renderer)
    save(one, name)


def single(kind, symbol, name):
    rendered(kind, QgsSingleSymbolRenderer(symbol), name)


def made(symbol, *layers):
    while symbol.symbolLayerCount():
        symbol.deleteSymbolLayer(0)
    for one in layers:
        symbol.appendSymbolLayer(one)
    return symbol


def fill(**properties):
    return QgsFillSymbol.createSimple(properties)


def line(**properties):
    return QgsLineSymbol.createSimple(properties)


def marker(**properties):
    return QgsMarkerSymbol.createSimple(properties)


def points_in(symbol, **properties):
    pattern = QgsPointPatternFillSymbolLayer.create({'distance_x': '4', 'distance_y': '4', **properties})
    pattern.setSubSymbol(symbol)
    return pattern


for style in BRUSHES:
    single('Polygon', fill(style=style, color='0,90,180', outline_width='0.4'), 'brush ' + style)
for style in PENS:
    single('Polygon', fill(outline_style=style, outline_width='0.5'), 'outline ' + style)
    single('LineString', line(line_style=style, line_width='0.8', capstyle='round'), 'line ' + style)
for shape in SHAPES:
    single('Point', marker(name=shape, size='3', angle='15'), 'mark ' + shape)
    single('Polygon', made(fill(), points_in(marker(name=shape, size='2'))), 'pattern ' + shape)
for angle in [0, 30, 45, 90, 135]:
    lines = QgsLinePatternFillSymbolLayer.create({'angle': str(angle), 'distance': '3', 'line_width': '0.5', 'offset': '1'})
    single('Polygon', made(fill(), lines), 'hatch %d' % angle)
for name, one in [('centroid', QgsCentroidFillSymbolLayer.create({})), ('gradient', QgsGradientFillSymbolLayer.create({})),
                  ('picture', QgsSVGFillSymbolLayer(PICTURE, 6)), ('marker line', QgsMarkerLineSymbolLayer.create({'interval': '3'})),
                  ('outline moved', QgsSimpleLineSymbolLayer.create({'offset': '0.5'}))]:
    single('Polygon', made(fill(), one), 'fill ' + name)
for name, one in [('marks', QgsMarkerLineSymbolLayer.create({'interval': '5'})), ('arrow', QgsArrowSymbolLayer.create({})),
                  ('mark in the middle', QgsMarkerLineSymbolLayer.create({'placement': 'centralpoint'})),
                  ('hashes', QgsHashedLineSymbolLayer.create({'interval': '3'}))]:
    single('LineString', made(line(), one), 'line ' + name)
single('LineString', line(line_width='0.8', offset='2'), 'line moved')
single('LineString', line(use_custom_dash='1', customdash='5;2;1;2'), 'line of own dashes')
for name, one in [('picture', QgsSvgMarkerSymbolLayer(PICTURE, 6)), ('letter', QgsFontMarkerSymbolLayer('DejaVu Sans', 'A', 5)),
                  ('ellipse', QgsEllipseSymbolLayer.create({'symbol_width': '4', 'symbol_height': '2'}))]:
    single('Point', made(marker(), one), 'point ' + name)
for unit, name in [(QgsUnitTypes.RenderMapUnits, 'map units'), (QgsUnitTypes.RenderPixels, 'pixels'), (QgsUnitTypes.RenderMetersInMapUnits, 'metres')]:
    for kind, symbol in [('Point', marker(size='5')), ('LineString', line()), ('Polygon', fill(style='b_diagonal'))]:
        symbol.setOutputUnit(unit)
        single(kind, symbol, '%s in %s' % (kind, name))
sized = marker(size='5')
sized.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.PropertySize, QgsProperty.fromExpression('"n" * 2'))
single('Point', sized, 'point of a size that depends')

categories = [QgsRendererCategory('bon', fill(style='b_diagonal'), 'Bon'), QgsRendererCategory(['a', 'b'], fill(), 'Deux'),
              QgsRendererCategory(None, fill(), 'autres')]
rendered('Polygon', QgsCategorizedSymbolRenderer('etat', categories), 'categories')
rendered('Polygon', QgsCategorizedSymbolRenderer('upper("etat")', categories), 'categories of an expression')
rendered('LineString', QgsGraduatedSymbolRenderer('n', [QgsRendererRange(0, 10, line(), '0 - 10'), QgsRendererRange(10, 20.5, line(), '10 - 20,5')]), 'classes')
for number, expression in enumerate([
        '"n" > 5 AND "etat" = \'bon\'', '"nom" ILIKE \'%rue%\'', 'length("nom") > 3', '$area > 100', '"n" % 2 = 0', '"n" + 1 > 3', '"nom" = "etat"',
        'regexp_match("nom", \'a\')', '"n" = true', '"nom" NOT IN (\'a\', \'b\')', '"n" IS NOT NULL', 'NOT "n" BETWEEN 1 AND 4', '"n" BETWEEN 1 AND 4']):
    root = QgsRuleBasedRenderer.Rule(None)
    root.appendChild(QgsRuleBasedRenderer.Rule(fill(), 1000, 50000, expression, 'Règle'))
    other = QgsRuleBasedRenderer.Rule(fill(), 0, 0, '', 'Autres')
    other.setIsElse(True)
    root.appendChild(other)
    rendered('Polygon', QgsRuleBasedRenderer(root), 'rule %d' % number)
for name, renderer in [('null', QgsNullSymbolRenderer()), ('inverted', QgsInvertedPolygonRenderer(QgsSingleSymbolRenderer(fill())))]:
    rendered('Polygon', renderer, name)
for name, renderer in [('cluster', QgsPointClusterRenderer()), ('heat', QgsHeatmapRenderer())]:
    rendered('Point', renderer, name)


def labelled(kind, name, change=None, expression=None):
    one = layer(kind)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression or 'nom'
    settings.isExpression = expression is not None
    if change:
        change(settings)
    one.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    one.setLabelsEnabled(True)
    save(one, 'label ' + name)


def halo(settings):
    text = settings.format()
    buffer = text.buffer()
    buffer.setEnabled(True)
    text.setBuffer(buffer)
    settings.setFormat(text)


def background(settings):
    text = settings.format()
    behind = text.background()
    behind.setEnabled(True)
    behind.setType(QgsTextBackgroundSettings.ShapeRectangle)
    text.setBackground(behind)
    settings.setFormat(text)


def over(settings):
    settings.placement = QgsPalLayerSettings.OverPoint
    settings.xOffset, settings.yOffset, settings.angleOffset = 1, 2, 30


def curved(settings):
    settings.placement = QgsPalLayerSettings.Curved


def within(settings):
    settings.scaleVisibility, settings.minimumScale, settings.maximumScale = True, 20000, 1000


for kind in ['Point', 'LineString', 'Polygon']:
    labelled(kind, kind)
    labelled(kind, kind + ' halo', halo)
    labelled(kind, kind + ' expression', halo, 'upper("nom") || \' (\' || "n" || \')\'')
labelled('Point', 'over', over)
labelled('Point', 'background', background)
labelled('LineString', 'curved', curved)
labelled('Polygon', 'within scales', within)
application.exitQgis()
