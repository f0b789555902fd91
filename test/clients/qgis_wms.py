"""The WMS provider of QGIS, in the version that the task names (1.3.0 when left to QGIS): the browser's list, maps in every axis order, groups,
identify in each format, legend, refusals."""
from urllib.parse import quote

from qgis.PyQt.QtCore import QEventLoop, QSize, QTimer
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsDataSourceUri, QgsMapRendererParallelJob,
                       QgsMapSettings, QgsProject, QgsRaster, QgsRasterLayer, QgsRectangle)

from checks import INSIDER, KEY, LAYERS, LOGIN, ROOT, TASK, check, equal, section
from headless_qgis import connection, layer_items, start, why

application, messages = start()

# QGIS keeps to the version of a capabilities document; an address may ask for another than the highest
OLD = '1.1.1' in TASK['versions']
ADDRESS = ROOT + '/wms' + ('?VERSION=1.1.1' if OLD else '')
CRSS = ['EPSG:2154', 'EPSG:3949', 'EPSG:3857', 'EPSG:4326', 'EPSG:3035'] + ([] if OLD else ['CRS:84'])

TREES = (2.285, 48.74, 2.31, 48.765)  # Antony


def layer(names, crs='EPSG:2154', image='image/png', address=ADDRESS, **more):
    parts = ['contextualWMSLegend=0', 'crs=' + crs, 'dpiMode=7', 'featureCount=10', 'format=' + image]
    for name in names:
        parts += ['layers=' + name, 'styles=']
    parts += ['%s=%s' % pair for pair in more.items()]
    if LOGIN:
        parts += ['username=' + quote(LOGIN, safe=''), 'password=' + quote(KEY, safe='')]
    parts.append('url=' + quote(address, safe=''))
    return QgsRasterLayer('&'.join(parts), names[0], 'wms')


def extent(crs, box=TREES):
    turn = QgsCoordinateTransform(QgsCoordinateReferenceSystem('EPSG:4326'), QgsCoordinateReferenceSystem(crs), QgsProject.instance())
    return turn.transformBoundingBox(QgsRectangle(*box))


def painted(image):
    """The number of pixels that differ from the background, and how many of those lie in each quarter."""
    quarters = [0, 0, 0, 0]
    for y in range(image.height()):
        for x in range(image.width()):
            colour = image.pixelColor(x, y)
            if colour.alpha() > 0 and (colour.red(), colour.green(), colour.blue()) != (255, 255, 255):
                quarters[(2 if y >= image.height() // 2 else 0) + (1 if x >= image.width() // 2 else 0)] += 1
    return quarters


def draw(layers, crs, box=TREES, size=(240, 240)):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(extent(crs, box))
    settings.setOutputSize(QSize(*size))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage(), job.errors()


def run():
    with section('browser'):
        listed = []
        for item in layer_items(connection('wms', more='VERSION=1.1.1' if OLD else '')):
            uri = QgsDataSourceUri()
            uri.setEncodedUri(item.uri())
            listed += uri.params('layers')
        equal('the browser lists the layers', sorted({name for name in listed if ':' in name}), sorted(LAYERS))

    with section('layer'):
        trees = layer(['antony:arbres'])
        check('the layer is valid', trees.isValid(), why(trees))
        equal('its CRS', trees.crs().authid(), 'EPSG:2154')
        found = trees.extent().center()
        check('its extent, axes not swapped', 645000 < found.x() < 652000 and 6848000 < found.y() < 6853000, trees.extent().toString())
        check('the sublayers of the provider', trees.dataProvider().subLayers() == ['antony:arbres'], trees.dataProvider().subLayers())
        check('metadata are shown', 'antony:arbres' in trees.htmlMetadata())

    # sixteen trees in a grid: something in each quarter of the map, whatever the CRS and its axes
    for crs in CRSS:
        for image in ['image/png', 'image/jpeg']:
            with section('map in %s as %s' % (crs, image)):
                trees = layer(['antony:arbres'], crs, image)
                seen, errors = draw([trees], 'EPSG:4326' if crs == 'CRS:84' else crs)
                quarters = painted(seen)
                check('map in %s as %s' % (crs, image), min(quarters) > 10, '%s %s' % (quarters, [e.message for e in errors]))

    with section('map turned by QGIS'):
        quarters = painted(draw([layer(['antony:arbres'], 'EPSG:4326')], 'EPSG:2154')[0])
        check('map asked in degrees, shown in Lambert-93', min(quarters) > 10, quarters)

    with section('several layers'):
        both = painted(draw([layer(['antony:arbres', 'antony:mobilier'])], 'EPSG:2154', (2.19, 48.74, 2.31, 48.79))[0])
        one = painted(draw([layer(['antony:arbres'])], 'EPSG:2154', (2.19, 48.74, 2.31, 48.79))[0])
        check('two layers in one map', sum(both) > sum(one) > 0, (both, one))

    with section('group'):
        # QGIS asks for what capabilities list: an address may say that they list groups
        group = layer(['antony'], address=ADDRESS + ('&' if OLD else '?') + 'GROUPS=TRUE')
        check('a group is a valid layer', group.isValid(), why(group))
        whole = painted(draw([group], 'EPSG:2154', (2.19, 48.74, 2.31, 48.79))[0])
        parts = painted(draw([layer(['antony:arbres', 'antony:mobilier', 'antony:pistes'])], 'EPSG:2154', (2.19, 48.74, 2.31, 48.79))[0])
        # in another order
        check('and shows what its layers show', abs(sum(whole) - sum(parts)) < 50 < sum(parts), (whole, parts))

    with section('two requests of one map'):
        lines = painted(draw([layer(['antony:pistes'], 'EPSG:4326', maxWidth='128', maxHeight='128')], 'EPSG:4326',
                             (2.15, 48.79, 2.33, 48.85), (512, 256))[0])
        check('a map in tiles of the client', min(lines) > 10, lines)

    with section('nothing there'):
        empty = painted(draw([layer(['antony:arbres'])], 'EPSG:2154', (2.2, 48.9, 2.21, 48.91))[0])
        equal('an empty part of the country is empty', sum(empty), 0)

    with section('identify'):
        for crs in ['EPSG:2154', 'EPSG:4326']:
            trees = layer(['antony:arbres'], crs)
            provider = trees.dataProvider()
            box = extent(crs)
            turn = QgsCoordinateTransform(QgsCoordinateReferenceSystem('EPSG:4326'), trees.crs(), QgsProject.instance())
            # the sixth tree, second of the second row
            point = turn.transform(2.285 + 0.025 * 2 / 5, 48.74 + 0.025 * 2 / 5)
            offered = provider.capabilities()
            for name, form, flag in [('text', QgsRaster.IdentifyFormatText, provider.IdentifyText),
                                     ('html', QgsRaster.IdentifyFormatHtml, provider.IdentifyHtml),
                                     ('features', QgsRaster.IdentifyFormatFeature, provider.IdentifyFeature)]:
                check('identify by %s is offered' % name, offered & flag)
                result = provider.identify(point, form, box, 400, 400)
                check('identify by %s in %s' % (name, crs), result.isValid(), why(result))
                text = str(result.results())
                if name == 'features':
                    stores = [store for value in result.results().values() for store in value]
                    features = [feature for store in stores for feature in store.features()]
                    equal('one feature in %s' % crs, [feature['code'] for feature in features], ['ARB-06'])
                    shape = features[0].geometry()
                    check('with its geometry, axes right, in %s' % crs, shape.boundingBox().center().distance(point) < (1 if crs == 'EPSG:2154' else 1e-4),
                          shape.asWkt(5) if not shape.isNull() else 'none')
                else:
                    check('what is identified by %s in %s' % (name, crs), 'ARB-06' in text and 'ARB-07' not in text, text)
            nothing = provider.identify(turn.transform(2.2865, 48.7415), QgsRaster.IdentifyFormatText, box, 400, 400)
            check('nothing identified where nothing is, in %s' % crs, 'ARB' not in str(nothing.results()), nothing.results())

    with section('legend'):
        trees = layer(['antony:arbres'])
        check('a legend is offered', trees.dataProvider().supportsLegendGraphic())
        images = []
        fetcher = trees.dataProvider().getLegendGraphicFetcher(None)
        loop = QEventLoop()
        fetcher.finish.connect(lambda image: (images.append(image.copy()), loop.quit()))
        fetcher.error.connect(lambda text: (messages.append(text), loop.quit()))
        QTimer.singleShot(15000, loop.quit)
        fetcher.start()
        if not images:
            loop.exec_()
        check('the legend is drawn', images and images[0].width() > 5 and sum(painted(images[0])) > 5, messages[-2:])

    with section('partner data'):
        lights = layer(['nanterre:eclairage'])
        if INSIDER:
            check('ECL of Nanterre is valid', lights.isValid(), messages[-2:])
            check('and drawn', sum(painted(draw([lights], 'EPSG:2154', (2.18, 48.88, 2.225, 48.91))[0])) > 20)
            tiles = layer(['drieat:ortho'])
            for inside, box in [(True, (2.26, 48.85, 2.264, 48.854)), (False, (2.26, 48.85, 2.2603, 48.8503)), (False, (2.1, 48.7, 2.4, 49))]:
                seen = sum(painted(draw([tiles], 'EPSG:2154', box)[0]))
                check('a layer with bounds of scale is drawn between them only (R44)', (seen > 0) == inside, (box, seen))
            offered = tiles.dataProvider().capabilities()
            check('and not to be identified', not offered & tiles.dataProvider().IdentifyText)
        else:
            check('ECL of Nanterre is not there', not lights.isValid() or lights.dataProvider().subLayers() == [] or
                  sum(painted(draw([lights], 'EPSG:2154', (2.18, 48.88, 2.225, 48.91))[0])) == 0)


if TASK['wrong']:
    equal('the browser lists nothing', [item.name() for item in layer_items(connection('wms'))], [])
    denied = layer(['antony:arbres'])
    check('not even an open layer', not denied.isValid())
    check('and QGIS says why', any('uthentication' in text or '401' in text for text in messages), (messages, why(denied)))
else:
    run()

QgsProject.instance().clear()
application.exitQgis()
