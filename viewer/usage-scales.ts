// The scale that a layer is meant for stands in its record: it is read when the layer is first shown, once for each record.
import { readRecord } from './catalogue';
import { usageScaleOf } from './record';
import type { ShownLayers } from './shown-layers';

export function learnUsageScales(shown: ShownLayers): void {
  /** By record; one that is being read stands here as null. */
  const scales = new Map<string, number | null>();
  const learn = (): void => {
    for (const { layer, usageScale } of shown.list) {
      const { record } = layer;
      if (record === null || usageScale !== null) continue;
      const known = scales.get(record);
      if (known === undefined) void read(record);
      else if (known !== null) shown.change(layer.name, { usageScale: known });
    }
  };
  const read = async (identifier: string): Promise<void> => {
    scales.set(identifier, null);
    try {
      const record = await readRecord(identifier);
      scales.set(identifier, record && usageScaleOf(record));
      learn();
    } catch {
      // a warning less, the map stays; asked again when the layers change
      scales.delete(identifier);
    }
  };
  shown.listen(learn);
}
