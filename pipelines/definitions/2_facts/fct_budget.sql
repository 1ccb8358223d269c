-- budgets and quotas of each year, as adjusted
-- grain: year, insutype, item, town, institution, kind
select
    cast(s.year as integer) as year,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.budget_item as varchar) as item,
    cast(s.town as varchar) as town,
    cast(s.fixmedins_code as varchar) as institution,
    cast(s.category as varchar) as kind,
    cast(coalesce(s.adjusted, s.amount) as decimal(18, 2)) as amount_yuan
from stg_budgets s
inner join map_insutype i on i.code = s.insutype
