"""QGIS: WMTS on both grids (browser, rendering, identify, legend) and XYZ; refusals."""
import os
import sys
from urllib.parse import quote

from qgis.PyQt.QtCore import QEventLoop, QSize
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsMapRendererParallelJob, QgsMapSettings, QgsProject,
                       QgsRaster, QgsRasterLayer, QgsRectangle, QgsSettings)

from checks import INSIDER, KEY, LAYERS, LOGIN, ROOT, TASK, check, equal, section
from headless_qgis import start, why

application, messages = start()

TREES = (2.285, 48.74, 2.31, 48.765)  # Antony
CAPABILITIES = ROOT + '/wmts?SERVICE=WMTS&REQUEST=GetCapabilities'
SHOTS = os.environ.get('GEOMIG_TEST_SHOTS')
# items of the browser, which must not end before the interpreter
KEPT = []


def account():
    return ['username=' + quote(LOGIN, safe=''), 'password=' + quote(KEY, safe='')] if LOGIN else []


def wmts(name, grid, image='image/png', style='default'):
    crs = {'WebMercatorQuad': 'EPSG:3857', 'Lambert93': 'EPSG:2154'}[grid]
    parts = ['contextualWMSLegend=0', 'crs=' + crs, 'dpiMode=7', 'featureCount=10', 'format=' + image, 'layers=' + name,
             'styles=' + style, 'tileMatrixSet=' + grid] + account()
    return QgsRasterLayer('&'.join(parts + ['url=' + quote(CAPABILITIES, safe='')]), name, 'wms')


def xyz(name, end='png', ratio='', zooms=(0, 22)):
    template = ROOT + '/tiles/' + name + '/{z}/{x}/{y}' + ratio + '.' + end
    parts = ['type=xyz', 'zmin=%d' % zooms[0], 'zmax=%d' % zooms[1], 'crs=EPSG3857'] + account()
    return QgsRasterLayer('&'.join(parts + ['url=' + quote(template, safe='')]), name, 'wms')


def extent(crs, box=TREES):
    turn = QgsCoordinateTransform(QgsCoordinateReferenceSystem('EPSG:4326'), QgsCoordinateReferenceSystem(crs), QgsProject.instance())
    return turn.transformBoundingBox(QgsRectangle(*box))


def draw(layer, crs, box=TREES, size=(240, 240), shot=None):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(extent(crs, box))
    settings.setOutputSize(QSize(*size))
    job = QgsMapRendererParallelJob(settings)
    # in a loop, for questions about who asks come to this thread
    loop = QEventLoop()
    job.finished.connect(loop.quit)
    job.start()
    loop.exec_()
    if SHOTS and shot:
        job.renderedImage().save(os.path.join(SHOTS, shot + '.png'))
    return job.renderedImage()


def painted(image):
    """Pixels that differ from the background, in each quarter."""
    quarters = [0, 0, 0, 0]
    for y in range(image.height()):
        for x in range(image.width()):
            colour = image.pixelColor(x, y)
            if colour.alpha() > 0 and (colour.red(), colour.green(), colour.blue()) != (255, 255, 255):
                quarters[(2 if y >= image.height() // 2 else 0) + (1 if x >= image.width() // 2 else 0)] += 1
    return quarters


def browse():
    """The item of a stored connection in the browser."""
    settings = QgsSettings()
    settings.setValue('qgis/connections-wms/tuiles/url', CAPABILITIES)
    if LOGIN:
        settings.setValue('qgis/WMS/tuiles/username', LOGIN)
        settings.setValue('qgis/WMS/tuiles/password', KEY)
    for provider in application.dataItemProviderRegistry().providers():
        if provider.name().lower() == 'wms':
            return provider.createDataItem('wms:/tuiles', None)
    raise AssertionError('no browser for wms')


def run():
    with section('browser'):
        connection = browse()
        shown = connection.createChildren()
        # deeper items cannot be asked from Python: the interpreter ends
        KEPT.extend([connection, *shown])
        grids = [sorted(grid.name() for grid in item.children()) for item in shown]
        equal('the browser lists every layer on both grids', grids, [['Lambert93', 'WebMercatorQuad']] * len(LAYERS))

    for grid, crs in [('Lambert93', 'EPSG:2154'), ('WebMercatorQuad', 'EPSG:3857')]:
        for image in ['image/png', 'image/jpeg']:
            with section('%s as %s' % (grid, image)):
                trees = wmts('antony:arbres', grid, image)
                check('WMTS on %s as %s is valid' % (grid, image), trees.isValid(), why(trees) + str(messages[-2:]))
                equal('its CRS on %s' % grid, trees.crs().authid(), crs)
                quarters = painted(draw(trees, crs, shot='wmts-%s-%s' % (grid, image[6:])))
                # sixteen trees in a grid: something in each quarter of the map, whatever the grid
                check('WMTS on %s as %s is drawn' % (grid, image), min(quarters) > 10, quarters)
        with section('extent on %s' % grid):
            box = wmts('antony:arbres', grid).extent()
            wanted = extent(crs)
            check('the extent on %s is that of the layer' % grid, wanted.buffered(wanted.width()).contains(box), box.toString())
        with section('turned from %s' % grid):
            other = 'EPSG:3857' if crs == 'EPSG:2154' else 'EPSG:2154'
            quarters = painted(draw(wmts('antony:arbres', grid), other))
            check('tiles of %s shown in %s' % (grid, other), min(quarters) > 10, quarters)
        with section('far and near on %s' % grid):
            far = painted(draw(wmts('antony:arbres', grid), crs, (1.5, 48.2, 3.1, 49.3)))
            check('seen from afar on %s' % grid, 0 < sum(far) < 2000, far)
            near = painted(draw(wmts('antony:arbres', grid), crs, (2.2948, 48.7498, 2.2952, 48.7502)))
            check('seen from near on %s' % grid, sum(near) > 10, near)
        with section('identify on %s' % grid):
            trees = wmts('antony:arbres', grid)
            provider = trees.dataProvider()
            turn = QgsCoordinateTransform(QgsCoordinateReferenceSystem('EPSG:4326'), trees.crs(), QgsProject.instance())
            point = turn.transform(2.285 + 0.025 * 2 / 5, 48.74 + 0.025 * 2 / 5)
            for name, form in [('text', QgsRaster.IdentifyFormatText), ('html', QgsRaster.IdentifyFormatHtml)]:
                found = provider.identify(point, form, extent(crs, (2.29, 48.745, 2.3, 48.755)), 800, 800)
                text = str(found.results())
                check('identify by %s on %s' % (name, grid), found.isValid() and 'ARB-06' in text and 'ARB-07' not in text, text + why(found))

    with section('the same pictures as by WMS'):
        parts = ['contextualWMSLegend=0', 'crs=EPSG:2154', 'dpiMode=7', 'format=image/png', 'layers=antony:arbres', 'styles='] + account()
        by_map = QgsRasterLayer('&'.join(parts + ['url=' + quote(ROOT + '/wms', safe='')]), 'map', 'wms')
        one, other = sum(painted(draw(by_map, 'EPSG:2154'))), sum(painted(draw(wmts('antony:arbres', 'Lambert93'), 'EPSG:2154')))
        check('about as much as by WMS', 0.4 < other / one < 2.5, (one, other))

    for end, ratio in [('png', ''), ('jpg', ''), ('png', '@2x')]:
        with section('XYZ %s%s' % (ratio, end)):
            trees = xyz('antony:arbres', end, ratio)
            check('XYZ as %s%s is valid' % (ratio, end), trees.isValid(), why(trees))
            quarters = painted(draw(trees, 'EPSG:3857', shot='xyz%s-%s' % (ratio, end)))
            check('XYZ as %s%s is drawn' % (ratio, end), min(quarters) > 10, quarters)
    with section('XYZ turned'):
        quarters = painted(draw(xyz('arbres'), 'EPSG:2154'))
        check('XYZ shown in Lambert-93, by the short name', min(quarters) > 10, quarters)
    with section('XYZ elsewhere'):
        equal('an empty part of the country is empty', sum(painted(draw(xyz('antony:arbres'), 'EPSG:3857', (5.2, 43.2, 5.3, 43.3)))), 0)

    with section('partner data'):
        lights = xyz('nanterre:eclairage')
        seen = sum(painted(draw(lights, 'EPSG:3857', (2.18, 48.88, 2.225, 48.91), shot='lights')))
        check('partner data by XYZ as the rights are', (seen > 20) == INSIDER, seen)
        if INSIDER:
            by_grid = wmts('nanterre:eclairage', 'Lambert93')
            seen = sum(painted(draw(by_grid, 'EPSG:2154', (2.18, 48.88, 2.225, 48.91))))
            check('partner data by WMTS', by_grid.isValid() and seen > 20, seen)
            for inside, box in [(True, (2.26, 48.85, 2.264, 48.854)), (False, (2.26, 48.85, 2.2601, 48.8501))]:
                seen = sum(painted(draw(xyz('drieat:ortho'), 'EPSG:3857', box)))
                check('a layer with bounds of scale by XYZ, inside: %s (R44)' % inside, (seen > 0) == inside, seen)


def refuse():
    trees = wmts('antony:arbres', 'Lambert93')
    check('WMTS with a wrong key is refused', not trees.isValid() and any('uthenti' in one or '401' in one for one in messages), messages[-3:])
    equal('XYZ with a wrong key shows nothing', sum(painted(draw(xyz('antony:arbres'), 'EPSG:3857'))), 0)


refuse() if TASK['wrong'] else run()
sys.stdout.flush()
# without taking the items of the browser apart
os._exit(0)
