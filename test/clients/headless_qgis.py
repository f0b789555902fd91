"""A QGIS without windows, with settings of its own."""
from qgis.core import QgsApplication, QgsErrorMessage, QgsSettings

from checks import KEY, LOGIN, ROOT


def start(gui=False):
    application = QgsApplication([], gui)
    application.initQgis()
    messages = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: messages.append('%s: %s' % (tag, text)))
    return application, messages


def connection(kind, name='essai', more=''):
    """Stores a connection to the service as the dialogue does, and gives its item of the browser."""
    settings = QgsSettings()
    settings.setValue('qgis/connections-%s/%s/url' % (kind, name), '%s/%s?%s' % (ROOT, kind, more))
    if kind == 'wfs':
        settings.setValue('qgis/connections-wfs/%s/version' % name, 'auto')
    if LOGIN:
        settings.setValue('qgis/%s/%s/username' % (kind.upper(), name), LOGIN)
        settings.setValue('qgis/%s/%s/password' % (kind.upper(), name), KEY)
    registry = QgsApplication.dataItemProviderRegistry()
    for provider in registry.providers():
        if provider.name().lower() == kind:
            return provider.createDataItem('%s:/%s' % (kind, name), None)
    raise AssertionError('no browser for %s' % kind)


def layer_items(item):
    """The layers below an item of the browser, whatever the groups."""
    found = []
    for child in item.children() or item.createChildren():
        if child.type() == child.Layer:
            found.append(child)
        found.extend(layer_items(child))
    return found


def why(thing):
    """The error of a layer or an answer in words; asking an empty one for its summary ends the interpreter."""
    error = thing.error()
    return '' if error.isEmpty() else error.message(QgsErrorMessage.Text)
