"""Schedules, which only the service keeps: they can be made, and are loud when they are used."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._loud import OnlyInCloud

__all__ = ["Schedule", "ScheduleRecurrence"]

__getattr__ = _placeholders.lacking(__name__)


class Schedule(OnlyInCloud):
    """When the service would start a published pipeline.

    Differs: nothing is ever started. It can be kept, and raises when anything is asked of it.
    """

    def __init__(
        self,
        workspace: Any,
        id: Any,
        name: Any,
        description: Any,
        pipeline_id: Any,
        status: Any,
        recurrence: Any,
        datastore_name: Any,
        polling_interval: Any,
        data_path_parameter_name: Any,
        continue_on_step_failure: Any,
        path_on_datastore: Any,
        _schedule_provider: Any = None,
        pipeline_endpoint_id: Any = None,
    ) -> None:
        super().__init__()

    @staticmethod
    def create(
        workspace: Any,
        name: Any,
        pipeline_id: Any,
        experiment_name: Any,
        recurrence: Any = None,
        description: Any = None,
        pipeline_parameters: Any = None,
        wait_for_provisioning: Any = False,
        wait_timeout: Any = 3600,
        datastore: Any = None,
        polling_interval: Any = 5,
        data_path_parameter_name: Any = None,
        continue_on_step_failure: Any = None,
        path_on_datastore: Any = None,
        _workflow_provider: Any = None,
        _service_endpoint: Any = None,
    ) -> Schedule:
        """Warn that there are no schedules here; return what is loud when it is used."""
        return Schedule._returned_by("Schedule.create()")

    @staticmethod
    def create_for_pipeline_endpoint(
        workspace: Any,
        name: Any,
        pipeline_endpoint_id: Any,
        experiment_name: Any,
        recurrence: Any = None,
        description: Any = None,
        pipeline_parameters: Any = None,
        wait_for_provisioning: Any = False,
        wait_timeout: Any = 3600,
        datastore: Any = None,
        polling_interval: Any = 5,
        data_path_parameter_name: Any = None,
        continue_on_step_failure: Any = None,
        path_on_datastore: Any = None,
        _workflow_provider: Any = None,
        _service_endpoint: Any = None,
    ) -> Schedule:
        """Warn that there are no schedules here; return what is loud when it is used."""
        return Schedule._returned_by("Schedule.create_for_pipeline_endpoint()")


class ScheduleRecurrence(_placeholders.Emulated):
    """How often a schedule would start something: kept, and of no effect.

    Args:
        frequency: "Minute", "Hour", "Day", "Week" or "Month".
        interval: Every how many of them.
        start_time: From when.
        time_zone: Of the start.
        hours: Of the day.
        minutes: Of the hour.
        week_days: Of the week.
        time_of_day: For days and weeks.
    """

    def __init__(
        self,
        frequency: Any,
        interval: Any,
        start_time: Any = None,
        time_zone: Any = None,
        hours: Any = None,
        minutes: Any = None,
        week_days: Any = None,
        time_of_day: Any = None,
    ) -> None:
        self.frequency = frequency
        self.interval = interval
        self.start_time = start_time
        self.time_zone = time_zone
        self.hours = hours
        self.minutes = minutes
        self.week_days = week_days
        self.time_of_day = time_of_day
