from clutch.python.registry import read_registry


class Registry:
    """A registry in memory: hive and key to named values."""

    def __init__(self, values: dict[tuple[str, str], dict[str, str]]) -> None:
        self.values = values

    def subkeys(self, hive: str, key: str) -> list[str]:
        names = {}
        for place, path in self.values:
            if place == hive and path.startswith(f"{key}\\"):
                names[path[len(key) + 1 :].split("\\")[0]] = None
        return list(names)

    def value(self, hive: str, key: str, name: str) -> str:
        return self.values.get((hive, key), {}).get(name, "")


def test_the_user_before_the_machine_and_the_newest_first() -> None:
    core = "SOFTWARE\\Python\\PythonCore"
    registry = Registry(
        {
            ("machine", f"{core}\\3.13\\InstallPath"): {"": "C:\\Python313\\"},
            ("user", f"{core}\\3.9\\InstallPath"): {"ExecutablePath": "C:\\u\\39\\python.exe"},
            ("user", f"{core}\\3.12\\InstallPath"): {"ExecutablePath": "C:\\u\\312\\python.exe"},
            ("user", "SOFTWARE\\Python\\PyLauncher\\x\\InstallPath"): {"": "C:\\Windows"},
            ("user", "SOFTWARE\\Python\\Other\\1\\Help"): {"": "nothing"},
        }
    )
    assert list(read_registry(registry)) == [
        "C:\\u\\312\\python.exe",
        "C:\\u\\39\\python.exe",
        "C:\\Python313\\python.exe",
    ]
