-- audit work of each month: what should have been checked, what was, what was found
-- grain: month, activity, stated_place, insutype
select
    cast(s.audit_month as date) as month,
    cast(s.activity as varchar) as activity,
    cast(s.place as varchar) as stated_place,
    cast(l.place as varchar) as place,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.universe as bigint) as universe,
    cast(s.checked as bigint) as checked,
    cast(s.problem as bigint) as problem,
    cast(s.institutions_checked as bigint) as institutions_checked,
    cast(s.institutions_violating as bigint) as institutions_violating,
    cast(s.inspectors as bigint) as inspectors
from stg_audit_work s
left join map_insutype i on i.code = s.insutype
left join map_pay_loc l on l.code = s.place
