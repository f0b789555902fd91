select set_config('geomig.p1', $1, true);
-- 1: 10
copy (select ST_Simplify(s.g, current_setting('geomig.p1')::float8, true), s.k::float8
from (select s.k, ST_Transform(s.g, 3857) as g
from (select "t"."fid" as k, "t"."geom" as g
from "data"."arbres" as t
where true and "t"."geom" is not null) s
offset 0) s) to stdout (format binary);
