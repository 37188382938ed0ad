"""Panels of the dashboards: numbers, lines, bars and tables over expressions of Prometheus, laid out in rows.

The datasource is chosen on the dashboard; expressions may use Grafana's `$__rate_interval`. They have the older of the
two forms of dashboards: the newer one is for Grafana 12 and later alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders.bargauge import Panel as Bars
from grafana_foundation_sdk.builders.common import ReduceDataOptions, VizLegendOptions, VizTooltipOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, Row, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.builders.timeseries import Panel as Lines
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    LegendDisplayMode,
    LegendPlacement,
    TooltipDisplayMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import Threshold, ThresholdsMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_GOOD, _SOON, _WRONG = "green", "orange", "red"

Query = tuple[str, str]
"""An expression, and what a line of it is called: `{{label}}` stands for the value of a label."""


@dataclass(frozen=True)
class Steps:
    """From which values on something is soon wrong, and wrong; `falls`: where it is less than them."""

    soon: float
    wrong: float
    falls: bool = False

    def build(self) -> ThresholdsConfig:
        """As Grafana has them: colours from the lowest value up."""
        colours = (_WRONG, _SOON, _GOOD) if self.falls else (_GOOD, _SOON, _WRONG)
        values = (None, *sorted((self.soon, self.wrong)))
        steps = [Threshold(color=colour, value=value) for colour, value in zip(colours, values, strict=True)]
        return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def number(title: str, expr: str, steps: Steps | None = None, *, unit: str = "none") -> Number:
    """One value of now, in the colour of its step."""
    panel = (
        Number()
        .title(title)
        .datasource(SOURCE)
        .unit(unit)
        .graph_mode(BigValueGraphMode.NONE)
        .color_mode(BigValueColorMode.VALUE)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .no_value("–")
        .height(4)
        .span(4)
        .with_target(Dataquery().expr(expr).instant().ref_id("A"))
    )
    return panel.thresholds((steps or Steps(1e300, 1e301)).build())


def lines(title: str, *queries: Query, unit: str = "none", wide: bool = False) -> Lines:
    """What has become of something, a line for each series."""
    panel = (
        Lines()
        .title(title)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
        .line_width(2)
        .fill_opacity(8)
        .height(8)
        .span(24 if wide else 12)
    )
    for letter, (expr, name) in zip("ABCDEF", queries, strict=False):
        panel = panel.with_target(Dataquery().expr(expr).legend_format(name).ref_id(letter))
    return panel


def bars(title: str, query: Query, steps: Steps) -> Bars:
    """Values of now side by side, one below the other."""
    expr, name = query
    return (
        Bars()
        .title(title)
        .datasource(SOURCE)
        .unit("none")
        .min(0)
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .thresholds(steps.build())
        .height(10)
        .span(12)
        .with_target(Dataquery().expr(expr).legend_format(name).instant().ref_id("A"))
    )


def table(title: str, expr: str) -> Table:
    """The series of now with their labels, a row each."""
    query = Dataquery().expr(expr).format(PromQueryFormat.TABLE).instant().ref_id("A")
    return Table().title(title).datasource(SOURCE).height(8).span(12).with_target(query)


Panel = Number | Lines | Bars | Table


def dashboard(uid: str, title: str, rows: Sequence[tuple[str, Sequence[Panel]]]) -> Dashboard:
    """A dashboard of rows, renewed twice a minute, of the last six hours."""
    built = (
        Dashboard(title)
        .uid(uid)
        .tags(["otklik"])
        .timezone("browser")
        .refresh("30s")
        .time("now-6h", "now")
        .readonly()
        .with_variable(DatasourceVariable("datasource").label("Источник").type("prometheus"))
    )
    for name, panels in rows:
        built = built.with_row(Row(name))
        for panel in panels:
            built = built.with_panel(panel)
    return built
