select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true), set_config('geomig.p4', $4, true);
-- 1: 640000
-- 2: 6850000
-- 3: 641000
-- 4: 6851000
copy (select s.g, s.k::float8
from (select "t"."fid" as k, "t"."geom" as g
from "data"."arbres" as t
where "t"."geom" && ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 2154) and "t"."geom" is not null) s) to stdout (format binary);
