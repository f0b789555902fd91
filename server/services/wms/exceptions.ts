// What a client of WMS gets instead of the map it asked for: the document of version 1.1.1, or a picture of the map's size, empty or with the
// reason written on it. WMS 1.3.0 § 6.11, § 7.3.3.11; WMS 1.1.1 § 6.7, annex A.3.
import { Fault } from '../../core/model/fault';
import type { Context } from '../../core/ports/context';
import { xml, attributes } from '../../core/xml/write';
import type { Renderer } from '../../maps';
import { commonStatus } from '../ows/exception-report';
import type { ExceptionEntry } from '../ows/exception-report';
import type { Reply } from '../ows/operation';
import { pictureFormats } from '../ows/picture';
import type { Canvas } from './requests';

/** ServiceExceptionReport of WMS 1.1.1, by its DTD: an exception has a code and no locator, which is put before the text. */
export function serviceExceptionReport111(entries: readonly ExceptionEntry[]): string {
  const exceptions = entries.map(({ code, locator, text }) => {
    const told = locator === '' || text.toLowerCase().includes(locator.toLowerCase()) ? text : `${locator}: ${text}`;
    return xml`<ServiceException${attributes({ code: code === '' ? null : code })}>${told}</ServiceException>\n`;
  });
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ServiceExceptionReport SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_exception_1_1_1.dtd">
<ServiceExceptionReport version="1.1.1">
${exceptions}</ServiceExceptionReport>
`.text;
}

/**
 * The picture that stands for a fault, where the request wants one (INIMAGE, BLANK) and says of what size and format. What the caller may not
 * have, brakes and defects are told as they are, with their status (R47): those faults are thrown on.
 */
export async function exceptionPicture(fault: unknown, canvas: Canvas | null, renderer: Renderer, context: Context): Promise<Reply> {
  if (!(fault instanceof Fault) || canvas === null || commonStatus(fault.kind) !== null) throw fault;
  const { width, height, background, symbolScale } = canvas;
  const body = await renderer.render(
    {
      format: pictureFormats[canvas.format],
      drawing: {
        view: { minX: 0, minY: 0, maxX: width, maxY: height, width, height },
        layers: [],
        denominator: 1,
        symbolScale,
        background,
      },
      ...(canvas.blank ? {} : { notice: fault.message }),
    },
    context.signal,
  );
  return { type: canvas.format, access: 'restricted', body };
}
