"""The MetaSearch dialogue of QGIS itself, driven without windows: search by words and by box, pages, records, what « Add Data » offers."""
import json
import sys
import warnings

warnings.simplefilter('ignore')
sys.path.append('/usr/share/qgis/python/plugins')

from qgis.PyQt.QtWidgets import QMessageBox  # noqa: E402
from qgis.core import QgsCoordinateReferenceSystem, QgsRasterLayer, QgsRectangle, QgsSettings, QgsVectorLayer  # noqa: E402
from qgis.gui import QgsMapCanvas  # noqa: E402

from checks import FURNITURE, INSIDER, KEY, LOGIN, RECORDS, ROOT, TASK, check, equal, in_lambert, section  # noqa: E402
from headless_qgis import start  # noqa: E402

application, messages = start(gui=True)

from MetaSearch.dialogs import maindialog  # noqa: E402

warned = []


class NoBoxes(QMessageBox):
    """Message boxes would wait for a click."""

    @staticmethod
    def warning(parent, title, text, *more):
        warned.append('%s: %s' % (title, text))
        return QMessageBox.Ok

    information = critical = question = warning


maindialog.QMessageBox = NoBoxes


class Browser:
    """Takes what a window of text would show."""

    def __init__(self, texts):
        self.texts = texts

    def clear(self):
        pass

    def document(self):
        return type('Document', (), {'setDefaultStyleSheet': lambda self, style: None})()

    def setHtml(self, html):
        self.texts.append(html)


class Interface:
    def __init__(self):
        self.canvas = QgsMapCanvas()
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem('EPSG:2154'))

    def mapCanvas(self):
        return self.canvas

    def addRasterLayer(self, *layer):
        pass

    def addVectorLayer(self, *layer):
        pass


settings = QgsSettings()
settings.setValue('/MetaSearch/essai/url', ROOT + '/csw')
if LOGIN:
    settings.setValue('/MetaSearch/essai/username', LOGIN)
    settings.setValue('/MetaSearch/essai/password', KEY)
dialog = maindialog.MetaSearchDialog(Interface())
dialog.cmbConnectionsSearch.setCurrentText('essai')
dialog.spnRecords.setValue(3)


def shown():
    return [maindialog.get_item_data(dialog.treeRecords.topLevelItem(i), 'identifier') for i in range(dialog.treeRecords.topLevelItemCount())]


def search(words='', box=('-180', '-90', '180', '90'), per_page=50):
    dialog.leWest.setText(box[0])
    dialog.leSouth.setText(box[1])
    dialog.leEast.setText(box[2])
    dialog.leNorth.setText(box[3])
    dialog.leKeywords.setText(words)
    dialog.spnRecords.setValue(per_page)
    dialog.search()
    return sorted(shown())


if TASK['wrong']:
    search()
    equal('nothing is found', shown(), [])
    check('and the dialogue says why', any('401' in text or 'uthentication' in text or 'credentials' in text for text in warned), warned)
else:
    with section('search'):
        equal('everything the account may find', search(), sorted(RECORDS))
        equal('the number of results', dialog.catalog.results['matches'], len(RECORDS))
        equal('a word of a title', search('Éclairage'), ['fr-92-mig-ecl'])
        equal('a word without its accents', search('eclairage'), ['fr-92-mig-ecl'])
        equal('a word of an abstract', search('clients'), ['fr-92-mig-mob', 'fr-92-mig-pis'])
        equal('no such word', search('ornithorynque'), [])
        equal('a record for partners', search('incendie'), ['fr-92-mig-eau'] if INSIDER else [])
        equal('several words, in any order', search('clients pistes'), ['fr-92-mig-pis'])
        equal('words with their articles', search('les arbres d’alignement d’Antony'), ['fr-92-mig-arb'])
        equal('an apostrophe of the keyboard', search("arbres d'alignement"), ['fr-92-mig-arb'])
        equal('the singular of a word', search('piste'), ['fr-92-mig-pis'])
        equal('a fragment between wildcards', search('%obilie%'), ['fr-92-mig-mob'])
        equal('one letter left open', search('%m_bilier%'), ['fr-92-mig-mob'])
        check('a word that search engines pass over', set(search('pour')) >= {'fr-92-mig-mob', 'fr-92-mig-pis'}, shown())
        equal('accents are no matter between wildcards either', search('%vegetation%'), search('végétation'))
        equal('marks of filters are words here', search('<&">'), [])
        equal('an identifier', search('%fr-92-mig-mob%'), ['fr-92-mig-mob'])

    with section('box'):
        # the records of Antony's trees, of all addresses and of the tiles of ORT lie there
        near = search(box=('2.285', '48.74', '2.31', '48.765'))
        check('a box finds what lies in it', 'fr-92-mig-arb' in near and 'fr-92-mig-ecl' not in near, near)
        equal('a box and a word', search('arbre', ('2.29', '48.75', '2.31', '48.765')), ['fr-92-mig-arb'])
        equal('a box elsewhere', search(box=('5', '43', '6', '44')), [])
        equal('a box of France', search(box=('-5', '41', '10', '51')), sorted(RECORDS))
        dialog.map.setExtent(QgsRectangle(647500, 6849300, 649200, 6851600))
        dialog.set_bbox_from_map()
        check('the box of the map is in degrees', 2.2 < float(dialog.leWest.text()) < 2.4 and 48.7 < float(dialog.leSouth.text()) < 48.8,
              (dialog.leWest.text(), dialog.leSouth.text()))
        dialog.leKeywords.setText('')
        dialog.search()
        check('and finds what lies on it', 'fr-92-mig-arb' in shown() and 'fr-92-mig-ecl' not in shown(), shown())
        dialog.set_bbox_global()

    with section('pages'):
        search(per_page=3)
        seen = list(shown())
        for _ in range((len(RECORDS) - 1) // 3):
            dialog.btnNext.click()
            seen += shown()
        equal('page by page each record once', sorted(seen), sorted(RECORDS))
        dialog.btnPrev.click()
        dialog.btnFirst.click()
        equal('back to the first page', shown(), seen[:3])
        dialog.btnLast.click()
        equal('the last three', shown(), seen[-3:])
        check('the dialogue says which ones', str(len(RECORDS)) in dialog.lblResults.text(), dialog.lblResults.text())
        equal('one per page', len(search(per_page=1)), 1)
        equal('more than there are', search(per_page=100), sorted(RECORDS))

    with section('service'):
        dialog.cmbConnectionsServices.setCurrentText('essai')
        dialog.connection_info()
        text = dialog.textMetadata.toPlainText()
        check('the page of the service', 'Mutualisation' in text and '2.0.2' in text, text[:300])
        check('its capabilities are offered', dialog.btnCapabilities.isEnabled())

    with section('add data'):
        search('Mobilier')
        item = dialog.treeRecords.topLevelItem(0)
        dialog.treeRecords.setCurrentItem(item)
        dialog.record_clicked()
        check('« Add Data » is offered', dialog.tbAddData.isEnabled())
        check('for WMS', dialog.mActionAddWms.isEnabled())
        check('for WFS', dialog.mActionAddWfs.isEnabled())
        links = maindialog.get_item_data(item, 'link')
        check('with the addresses of the services', '/wms' in links and '/wfs' in links, links)
        middle = dialog.rubber_band.asGeometry().boundingBox().center()
        check('its footprint is on the map, axes right', in_lambert(middle.x(), middle.y()), middle.toString())
        address = maindialog.clean_ows_url(json.loads(links)['wfs'])
        added = QgsVectorLayer("typename='antony:mobilier' version='auto' url='%s'" % address, 'x', 'WFS')
        check('the address of the record leads to the layer', added.isValid() and added.featureCount() == FURNITURE, address)
        address = maindialog.clean_ows_url(json.loads(links)['wms'])
        drawn = QgsRasterLayer('contextualWMSLegend=0&crs=EPSG:2154&dpiMode=7&format=image/png&layers=antony:mobilier&styles=&url=%s' % address, 'x', 'wms')
        check('and to the map, which is a WMS', drawn.isValid() and '/wms' in address, address)
        for action in [dialog.mActionAddWms, dialog.mActionAddWfs]:
            action.trigger()
            application.processEvents()
        kept = QgsSettings()
        equal('its services become connections', [kept.value('qgis/connections-%s/%s from MetaSearch/url' % (kind, kind), '').split('?')[0].rstrip('/').split('/')[-1]
                                                  for kind in ['wms', 'wfs']], ['wms', 'wfs'])

    with section('xml'):
        documents = []
        maindialog.XMLDialog = lambda: type('Dialogue', (), {
            'txtbrXMLRequest': Browser(documents), 'txtbrXMLResponse': Browser(documents), 'exec_': lambda self: None})()
        dialog.show_xml()
        check('request and answer are shown', len(documents) == 2 and 'GetRecords' in documents[0] and 'SearchResults' in documents[1],
              [text[:80] for text in documents])

    with section('one record'):
        record = dialog.catalog.records['fr-92-mig-mob']
        equal('its title', record.title, 'Mobilier urbain d’Antony')
        equal('its type', record.type, 'dataset')
        check('its box, latitude first in the document', 2.1 < float(record.bbox.minx) < 2.3 and 48.7 < float(record.bbox.miny) < 48.8,
              (record.bbox.minx, record.bbox.miny))
        opened = []
        dialog.treeRecords.setCurrentItem(dialog.treeRecords.topLevelItem(0))
        maindialog.RecordDialog = lambda: type('Dialogue', (), {
            'textMetadata': type('Text', (), {
                'document': lambda self: type('Document', (), {'setDefaultStyleSheet': lambda self, style: None})(),
                'setHtml': lambda self, html: opened.append(html)})(),
            'exec_': lambda self: None})()
        dialog.show_metadata()
        check('its page is shown', opened and 'Mobilier urbain d’Antony' in opened[0], warned)

    equal('no warning', warned, [])

del dialog
application.exitQgis()
