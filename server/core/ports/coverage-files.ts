// Files of coverages: how they are read (implemented by formats/geotiff.ts) and where they are kept (implemented by store/coverage-files.ts).
import type { BandMeaning, BandStatistics, CellGrid, GridFrame, GridTransform, SampleType } from '../model/coverage';
import type { Language } from '../model/text';

/** What a file tells of itself once all its cells have been read. */
export interface CoverageDescription {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly sample: SampleType;
  readonly meaning: BandMeaning;
  readonly palette: readonly number[] | null;
  readonly nodata: number | null;
  readonly srid: number;
  readonly transform: GridTransform;
  readonly statistics: readonly (BandStatistics | null)[];
  /** Number of reduced images in the file. */
  readonly overviews: number;
  /** As the file has it: `deflate`, `jpeg`, … */
  readonly compression: string;
  /** What was assumed on the way, in sentences for the report. */
  readonly notes: readonly string[];
}

export interface DescribeOptions {
  /** EPSG code told by the user; wins over what the file says. */
  readonly srs?: number;
  /** Of the notes; French when absent. */
  readonly language?: Language;
}

export interface CellsRequest {
  /** Absolute path of the file. */
  readonly path: string;
  readonly srid: number;
  readonly transform: GridTransform;
  readonly frame: GridFrame;
  /** Rings (x,y in turn, in the CRS of the frame) that pixels must lie in, by the even-odd rule; null: everywhere. */
  readonly clip: readonly Float64Array[] | null;
}

export interface CoverageReader {
  /**
   * Reads a whole file and tells what it is. Faults: invalid-format (no TIFF, or a kind of TIFF that is not read), malformed (broken off, contradictory),
   * too-large, invalid-crs, missing-parameter (`srs`: the file tells no CRS).
   */
  describe(path: string, options?: DescribeOptions, signal?: AbortSignal): Promise<CoverageDescription>;
  /** The cells under a frame. Faults: malformed, too-large, busy, unavailable (the file is not there). */
  cells(request: CellsRequest, signal: AbortSignal): Promise<CellGrid>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Where the bytes of coverages are kept, each under the digest of its content. */
export interface CoverageFiles {
  /** Absolute path of a kept file. Fault: unsupported where files are kept elsewhere than in a directory. */
  pathOf(digest: string): string;
  /** Copies a file in, unless it is there. */
  keep(path: string, digest: string): Promise<void>;
  /** Digests of what is kept, with the instant (ms) each was last put in. */
  list(): Promise<readonly { readonly digest: string; readonly since: number }[]>;
  remove(digest: string): Promise<void>;
}
