select ST_XMin(e) as minx, ST_YMin(e) as miny, ST_XMax(e) as maxx, ST_YMax(e) as maxy
from (select ST_Extent("t"."geom") as e
from "data"."arbres" as t
where true) s;
