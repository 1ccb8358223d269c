-- assessment targets of each year, for the county, a kind of institution or one institution
-- grain: year, institution, institution_group, indicator, insutype
select
    cast(s.year as integer) as year,
    cast(s.fixmedins_code as varchar) as institution,
    cast(s.institution_group as varchar) as institution_group,
    cast(s.indicator as varchar) as indicator,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.kind as varchar) as kind_of_target,
    cast(s.operator as varchar) as operator,
    cast(s.target as decimal(18, 4)) as target,
    cast(s.base_y1 as decimal(18, 4)) as base_y1,
    cast(s.base_y2 as decimal(18, 4)) as base_y2,
    cast(s.base_y3 as decimal(18, 4)) as base_y3,
    cast(s.step as decimal(18, 4)) as step,
    cast(s.step_basis as varchar) as step_basis,
    cast(s.points_per_step as decimal(18, 4)) as points_per_step,
    cast(s.most_points as decimal(18, 4)) as most_points,
    cast(s.yuan_per_point as decimal(18, 2)) as yuan_per_point,
    cast(s.deduction_rule as varchar) as deduction_rule,
    cast(s.deducted as decimal(18, 2)) as deducted_yuan
from stg_assessment_indicators s
left join map_insutype i on i.code = s.insutype
