# Makes GeoTIFF files with GDAL, one for each kind that is read, beside what GDAL itself reads of them: all cells as text, and their statistics.
import json, os, sys
from osgeo import gdal, osr
gdal.UseExceptions()
folder = sys.argv[1]
width, height = 83, 61
names = {'uint8': gdal.GDT_Byte, 'uint16': gdal.GDT_UInt16, 'int16': gdal.GDT_Int16, 'uint32': gdal.GDT_UInt32, 'int32': gdal.GDT_Int32, 'float32': gdal.GDT_Float32, 'float64': gdal.GDT_Float64}
codes = {'uint8': 'B', 'uint16': 'H', 'int16': 'h', 'uint32': 'I', 'int32': 'i', 'float32': 'f', 'float64': 'd'}
import struct

def value(kind, band, x, y):
    v = (x * 7 + y * 13 + band * 31 + (x * y) // 5) % 251
    if kind == 'uint8': return v
    if kind in ('uint16', 'uint32'): return v * 257 + band
    if kind in ('int16', 'int32'): return (v - 120) * 100
    return (v - 100) * 1.25 + band

def make(name, kind, bands=1, options=(), nodata=None, palette=False, transform=None, overviews=False, srid=2154, mask=False):
    path = os.path.join(folder, name + '.tif')
    made = gdal.GetDriverByName('GTiff').Create(path, width, height, bands, names[kind], list(options))
    made.SetGeoTransform(transform or (640000, 20, 0, 6860000, 0, -20))
    if srid:
        srs = osr.SpatialReference(); srs.ImportFromEPSG(srid); made.SetProjection(srs.ExportToWkt())
    for b in range(bands):
        band = made.GetRasterBand(b + 1)
        cells = [value(kind, b, x, y) for y in range(height) for x in range(width)]
        if nodata is not None:
            for i in range(0, len(cells), 17): cells[i] = nodata
            band.SetNoDataValue(nodata)
        if palette:
            table = gdal.ColorTable()
            for i in range(256): table.SetColorEntry(i, (i, 255 - i, (i * 3) % 256, 255))
            band.SetColorTable(table)
        band.WriteRaster(0, 0, width, height, struct.pack('<%d%s' % (width * height, codes[kind]), *cells))
    if mask:
        made.CreateMaskBand(gdal.GMF_PER_DATASET)
        made.GetRasterBand(1).GetMaskBand().WriteRaster(0, 0, width, height, bytes(255 if x > 10 else 0 for y in range(height) for x in range(width)))
    made.FlushCache()
    if overviews: made.BuildOverviews('NEAREST', [2, 4])
    made = None
    read = gdal.Open(path)
    for b in range(read.RasterCount):
        with open(os.path.join(folder, '%s.%d.raw' % (name, b)), 'wb') as out: out.write(read.GetRasterBand(b + 1).ReadRaster())
    listed[name] = {'kind': kind, 'bands': read.RasterCount, 'nodata': nodata, 'transform': read.GetGeoTransform(), 'overviews': read.GetRasterBand(1).GetOverviewCount()}

gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'YES')
listed = {}
tiled = ['TILED=YES', 'BLOCKXSIZE=32', 'BLOCKYSIZE=16']
for kind in names: make('plain-' + kind, kind)
for compress in ('NONE', 'PACKBITS', 'LZW', 'DEFLATE'):
    for kind in ('uint8', 'int16', 'float32'):
        make('%s-%s-tiled' % (compress.lower(), kind), kind, options=tiled + ['COMPRESS=' + compress])
        make('%s-%s-strips' % (compress.lower(), kind), kind, options=['COMPRESS=' + compress, 'BLOCKYSIZE=7'])
for compress in ('LZW', 'DEFLATE'):
    for kind, predictor in (('uint8', 2), ('uint16', 2), ('int32', 2), ('float32', 3), ('float64', 3), ('float32', 2)):
        make('%s-%s-predictor%d' % (compress.lower(), kind, predictor), kind, options=tiled + ['COMPRESS=' + compress, 'PREDICTOR=%d' % predictor])
make('rgb-pixel', 'uint8', 3, tiled + ['COMPRESS=DEFLATE', 'PREDICTOR=2', 'PHOTOMETRIC=RGB'])
make('rgb-band', 'uint8', 3, tiled + ['COMPRESS=LZW', 'PHOTOMETRIC=RGB', 'INTERLEAVE=BAND'])
make('rgba', 'uint8', 4, ['PHOTOMETRIC=RGB', 'ALPHA=YES'])
make('rgb-masked', 'uint8', 3, tiled + ['COMPRESS=DEFLATE', 'PHOTOMETRIC=RGB'], mask=True)
make('jpeg-ycbcr', 'uint8', 3, tiled + ['COMPRESS=JPEG', 'PHOTOMETRIC=YCBCR', 'JPEG_QUALITY=95'])
make('jpeg-rgb', 'uint8', 3, tiled + ['COMPRESS=JPEG', 'PHOTOMETRIC=RGB', 'JPEG_QUALITY=95'])
make('jpeg-grey', 'uint8', 1, ['COMPRESS=JPEG', 'JPEG_QUALITY=95'])
make('palette', 'uint8', 1, tiled, palette=True)
make('big-endian', 'int16', 1, tiled + ['ENDIANNESS=BIG', 'COMPRESS=LZW'])
make('big-endian-float', 'float32', 1, ['ENDIANNESS=BIG', 'COMPRESS=DEFLATE', 'PREDICTOR=3'])
make('bigtiff', 'float32', 1, ['BIGTIFF=YES', 'COMPRESS=DEFLATE'])
make('nodata', 'int16', 1, tiled, nodata=-9999)
make('nodata-float', 'float32', 1, tiled, nodata=-3.4e38)
make('rotated', 'uint8', 1, tiled, transform=(640000, 18, 6, 6860000, 5, -19))
make('overviews', 'int16', 1, tiled + ['COMPRESS=DEFLATE'], overviews=True)
make('sparse', 'uint8', 1, tiled + ['SPARSE_OK=TRUE'])
make('no-crs', 'uint8', 1, srid=None)
make('utm', 'uint8', 1, srid=25832)
make('zone', 'uint8', 1, srid=3949, transform=(1640000, 20, 0, 8180000, 0, -20))
make('degrees', 'float32', 1, srid=4326, transform=(2.1, 0.001, 0, 48.95, 0, -0.001))
# nearest neighbour by GDAL's own warper, an approximate one switched off
source = gdal.Open(os.path.join(folder, 'degrees.tif'))
warped = gdal.Warp(os.path.join(folder, 'warped.tif'), source, dstSRS='EPSG:2154', outputBounds=(636000, 6869000, 640000, 6872000), width=200, height=150, resampleAlg='near', errorThreshold=0, dstNodata=-1)
warped.FlushCache()
with open(os.path.join(folder, 'warped.0.raw'), 'wb') as out: out.write(warped.GetRasterBand(1).ReadRaster())
json.dump(listed, open(os.path.join(folder, 'listed.json'), 'w'))
